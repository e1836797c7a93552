/**
 * Mutants of the code that the guarantees rest on: each is one replacement in one file, and the test files of which one must
 * fail. A mutant whose text is not in its file exactly once is an error: the list follows the code.
 */
export interface Mutant {
  /** What is broken or missing. */
  name: string;
  file: string;
  find: string;
  replace: string;
  /** Test files of the project "unit". */
  tests: readonly string[];
}

const table = "test/unit/messages-table.test.ts";
const hop = "test/unit/hop.test.ts";
const receipts = "test/unit/receipts.test.ts";
const fromQueue = "test/unit/ingest-queue.test.ts";
const ownership = "test/unit/ownership.test.ts";
const hotItems = "test/unit/hot-items.test.ts";
const scheduled = "test/unit/scheduled.test.ts";
const template = "test/stack/template.test.ts";
const messagesTable = "functions/storage/messages-table.ts";
const accept = "functions/ingest/accept.ts";
const storeMessage = "functions/ingest/store-message.ts";
const begin = "functions/ingest/begin.ts";
const messageUpdates = "functions/storage/message-updates.ts";
const definition = "infra/state-machine-definition.ts";
const signature = "functions/channels/meta-signature.ts";
const routingReceipts = "functions/domain/outcome/receipt-changes.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "a claim that does not check for an earlier claim",
    file: messageUpdates,
    find: '"attribute_exists(messageId) AND attribute_not_exists(attempts.#channel.claimedAt) AND " +',
    replace: '"attribute_exists(messageId) AND " +',
    tests: [table],
  },
  {
    name: "a claim that does not check whether the message is finished",
    file: messageUpdates,
    find: '"attribute_not_exists(attempts.#channel.endedAt) AND attribute_not_exists(finishedAt) AND " +',
    replace: '"attribute_not_exists(attempts.#channel.endedAt) AND " +',
    tests: [table],
  },
  {
    name: "a claim that does not check whether the route has left the channel",
    file: messageUpdates,
    find: '"attribute_not_exists(attempts.#channel.endedAt) AND attribute_not_exists(finishedAt) AND " +',
    replace: '"attribute_not_exists(finishedAt) AND " +',
    tests: [table],
  },
  {
    name: "a claim that does not check whether the message has expired",
    file: messageUpdates,
    find: '"(attribute_not_exists(expiresOn) OR expiresOn > :now)";',
    replace: '":now = :now";',
    tests: [table],
  },
  {
    name: "a message that overwrites another",
    file: messagesTable,
    find: 'ConditionExpression: "attribute_not_exists(messageId)",',
    replace: "",
    tests: [table],
  },
  {
    name: "an end of a message that overwrites an earlier end",
    file: messageUpdates,
    find: 'condition: "attribute_exists(messageId) AND attribute_not_exists(finishedAt)",',
    replace: 'condition: "attribute_exists(messageId)",',
    tests: [table],
  },
  {
    name: "a failure that overwrites a delivery, by two receipts at once",
    file: messageUpdates,
    find: '" AND attribute_not_exists(attempts.#channel.deliveredAt) AND attribute_not_exists(attempts.#channel.readAt)";',
    replace: '"";',
    tests: [table],
  },
  {
    name: "a second send where an earlier attempt may have sent",
    file: messagesTable,
    find: "if (message && held?.taskToken === taskToken && held.claimedAt === at)",
    replace: "if (message && held)",
    tests: [table],
  },
  {
    name: "an adopted attempt that keeps the old task token",
    file: "functions/hop/refused-claim.ts",
    find: "messages.adopt(hop.messageId, channel.id, taskToken, unknownAt),",
    replace: "messages.adopt(hop.messageId, channel.id, attempt.taskToken ?? taskToken, unknownAt),",
    tests: [hop],
  },
  {
    name: "a hop that does not ask whether the customer opted out",
    file: "functions/hop/hop.ts",
    find: "      refuseWhereOptedOut(claim.message, dependencies),\n",
    replace: "      undefined,\n",
    tests: [hop],
  },
  {
    name: "an opt-out of a moment ago that a hop may miss",
    file: "functions/hop/consent.ts",
    find: "consents.read(holdersOf(message, channel))",
    replace: "consents.read(holdersOf(message, channel), { anyTimeNow: true })",
    tests: [hop],
  },
  {
    name: "an earlier word that takes back an opt-out",
    file: "functions/storage/consents-table.ts",
    find: "ConditionExpression: `attribute_not_exists(#channel) OR ${isNewer}`,",
    replace: "ConditionExpression: `attribute_not_exists(#channel) OR ${isNewer} OR #channel.#at >= :at`,",
    tests: ["test/unit/consents.test.ts"],
  },
  {
    name: "a send before its claim",
    file: "functions/hop/hop.ts",
    find: "if (!claim.claimed) return handleRefusedClaim(claim.message, event, usual);",
    replace: "if (!claim.message) return handleRefusedClaim(claim.message, event, usual);",
    tests: [hop],
  },
  {
    name: "a claim that is given back although the outcome is unknown",
    file: "functions/hop/record.ts",
    find: "messages.recordAttempt(messageId, channel.id, { unknownAt: at, error: recorded, ...refusals }),",
    replace: "messages.release(messageId, channel.id, recorded),",
    tests: [hop],
  },
  {
    name: "another provider that is asked after a lost answer",
    file: "functions/channels/in-order.ts",
    find: "          if (!isItsOwn(error)) throw withOthers(error, refusals);\n",
    replace: "",
    tests: ["test/unit/sms-providers.test.ts"],
  },
  {
    name: "a second send after a lost answer",
    file: "functions/hop/send.ts",
    find: "error instanceof ChannelError && error.refusedForNow;",
    replace: "error instanceof Error;",
    tests: [hop],
  },
  {
    name: "an address in the recorded error",
    file: "functions/hop/record.ts",
    find: "error.message = withoutAddresses(error.message, addresses);",
    replace: "",
    tests: [hop],
  },
  {
    name: "a failure receipt that overrides a delivery",
    file: routingReceipts,
    find: "if (attempt.failedAt || attempt.deliveredAt || attempt.readAt) return undefined;",
    replace: "if (attempt.failedAt) return undefined;",
    tests: [receipts],
  },
  {
    name: "a receipt that moves the status back from delivered to sent",
    file: routingReceipts,
    find: "return attempt.sentAt || furthestOf(attempt) ? undefined : { sentAt: at };",
    replace: "return { sentAt: at };",
    tests: [receipts],
  },
  {
    name: "a redelivered receipt that does not end its task",
    file: "functions/receipts/apply-receipt.ts",
    find: "const end = isNew || isRepeated ? taskToEnd(current, redactedUpdate) : undefined;",
    replace: "const end = isNew ? taskToEnd(current, redactedUpdate) : undefined;",
    tests: ["test/unit/receipts-applied.test.ts"],
  },
  {
    name: "the state machine's Catch that moves on to the next channel after any failure",
    file: definition,
    find: '{ ErrorEquals: ["States.ALL"], ResultPath: "$.next.failed", Next: nextChannel },',
    replace: "",
    tests: [template],
  },
  {
    name: "the state machine's Catch that ends an expired message",
    file: definition,
    find: '{ ErrorEquals: ["MessageExpired"], ResultPath: "$.expired", Next: undeliverableState },',
    replace: "",
    tests: [template],
  },
  {
    name: "the window of a channel's task",
    file: definition,
    find: 'TimeoutSecondsPath: "$.timeoutSeconds",',
    replace: "",
    tests: [template],
  },
  {
    name: "the comparison of a signature in constant time",
    file: signature,
    find: "given.length === expected.length && timingSafeEqual(given, expected)",
    replace: "given.equals(expected)",
    tests: [receipts],
  },
  {
    name: "the comparison of a secret in constant time",
    file: "functions/channels/same-secret.ts",
    find: "return timingSafeEqual(hash(given), hash(expected));",
    replace: "return given === expected;",
    tests: [receipts],
  },
  {
    name: "the check of a signature",
    file: signature,
    find: "given.length === expected.length && timingSafeEqual(given, expected)",
    replace: "given.length === expected.length",
    tests: [receipts],
  },
  {
    name: "a receipt token's expiry",
    file: "functions/channels/receipt-token.ts",
    find: 'algorithms: ["HS256"],',
    replace: 'algorithms: ["HS256"], currentDate: new Date(0),',
    tests: [receipts],
  },
  {
    name: "the content that an idempotency key stands for",
    file: accept,
    find: "if (fingerprints.includes(holder.fingerprint)) return holder.messageId;",
    replace: "if (holder) return holder.messageId;",
    tests: [fromQueue],
  },
  {
    name: "the content and the client of what was accepted before",
    file: accept,
    find: "return stored && isSame(stored, clientId, fingerprints) ? stored : undefined;",
    replace: "return stored;",
    tests: [fromQueue],
  },
  {
    name: "an idempotency key that holds for two requests at once",
    file: "functions/storage/idempotency-keys-table.ts",
    find: 'ConditionExpression: "attribute_not_exists(#key) OR #ttl <= :now",',
    replace: 'ConditionExpression: "attribute_not_exists(#key) OR #ttl <> :now",',
    tests: [fromQueue],
  },
  {
    name: "the end of an idempotency key",
    file: "functions/storage/idempotency-keys-table.ts",
    find: "return ttl > seconds(now) ?",
    replace: "return ttl ?",
    tests: [fromQueue],
  },
  {
    name: "a client's own keys",
    file: "functions/storage/idempotency-keys-table.ts",
    find: "hashOf([clientId, idempotencyKey])",
    replace: "hashOf([idempotencyKey])",
    tests: [fromQueue],
  },
  {
    name: "the same id for a message that SQS delivers twice",
    file: "functions/ingest/queue.ts",
    find: "messageId: first ?? record.messageId,",
    replace: "",
    tests: [fromQueue],
  },
  {
    name: "the first id of a message that is redriven",
    file: "functions/ingest/queue.ts",
    find: "messageId: first ?? record.messageId,",
    replace: "messageId: record.messageId,",
    tests: [fromQueue],
  },
  {
    name: "parking a message whose tries ended without an answer, before SQS moves it",
    file: "functions/ingest/queue.ts",
    find: "if (receives > tries)",
    replace: "if (receives > tries + 1000)",
    tests: [fromQueue],
  },
  {
    name: "a maxReceiveCount far above the function's own tries",
    file: "infra/ingest.ts",
    find: "const messageReceives = 1000;",
    replace: "const messageReceives = messageAttempts;",
    tests: [template],
  },
  {
    name: "the content and the client of the message that has an id",
    file: storeMessage,
    find: "if (!isSame(stored, clientId, fingerprints))",
    replace: "if (!fingerprints.includes(stored.fingerprint))",
    tests: [fromQueue],
  },
  {
    name: "the failed messages of an SQS batch",
    file: "functions/ingest/queue.ts",
    find: "const failed = Records.filter((_, index) => !taken[index]);",
    replace: "const failed: typeof Records = [];",
    tests: [fromQueue],
  },
  {
    name: "the owner of a message",
    file: "functions/http/own-message.ts",
    find: "if (message === undefined || message.client !== client)",
    replace: "if (message === undefined)",
    tests: [ownership],
  },
  {
    name: "the check for a revoked API key",
    file: "functions/api/authorizer.ts",
    find: "if (!stored.success || stored.output.revokedAt !== undefined) return refused;",
    replace: "if (!stored.success) return refused;",
    tests: ["test/unit/commands/keys.test.ts"],
  },
  {
    name: "the scope of an API key",
    file: "functions/http/guard.ts",
    find: "if (!scopes.includes(scope)) throw scopeMissing(scope, scopes);",
    replace: "",
    tests: ["test/unit/http-guard.test.ts"],
  },
  {
    name: "the rate limit of an API key",
    file: "functions/http/guard.ts",
    find: "if (waitSeconds > 0) throw tooMany(rateLimit, waitSeconds);",
    replace: "",
    tests: ["test/unit/http-guard.test.ts"],
  },
  {
    name: "the rate limit of a key that calls faster than its bucket can be written",
    file: "functions/http/guard.ts",
    find: "if (isThrottled(fault)) return 1;",
    replace: "",
    tests: [hotItems],
  },
  {
    name: "the retry of a throttled budget correction",
    file: "functions/events/correct-budgets.ts",
    find: "if (!isThrottled(fault)) due.delete(key);",
    replace: "due.delete(key);",
    tests: [hotItems],
  },
  {
    name: "looking for a repeated message before its budget is reserved",
    file: "functions/ingest/store-message.ts",
    find: "const earlier = mayExist ? await messages.get(id) : undefined;",
    replace: "const earlier = undefined as Message | undefined;",
    tests: [hotItems],
  },
  {
    name: "the open circuit of all that a message would be sent as",
    file: "functions/hop/admission.ts",
    find: "if (usable.length === 0)",
    replace: "if (usable.length < 0)",
    tests: [hop],
  },
  {
    name: "an event that overtakes an earlier one of its message",
    file: "functions/events/webhooks/handler.ts",
    find: "mustFollow && !(await order.queueUp(client, mustFollow, now()))",
    replace: "mustFollow && !(await order.queueUp(client, mustFollow, now())) && false",
    tests: ["test/unit/webhook-deliveries.test.ts"],
  },
  {
    name: "a failing event that takes every turn of its receiver",
    file: "functions/events/webhooks/schedule.ts",
    find: "const longestPauseMs = 840_000;",
    replace: "const longestPauseMs = 900_000;",
    tests: ["test/unit/webhook-deliveries.test.ts"],
  },
  {
    name: "matching a receipt to a send that was never recorded and whose window ended",
    file: "functions/receipts/apply-receipt.ts",
    find: 'return !["notTried", "trying", "failed"].includes(outcome);',
    replace: "return false;",
    tests: ["test/unit/receipts-applied.test.ts"],
  },
  {
    name: "a customer's answer that is another event each time it is published",
    file: "functions/receipts/inbound-event.ts",
    find: "hashOf([channel, id])",
    replace: "hashOf([channel, id, `${Math.random()}`])",
    tests: ["test/unit/inbound.test.ts"],
  },
  {
    name: "a scheduled message that begins when it is called, whatever the time",
    file: begin,
    find: "const leftMs = Date.parse(sendAt) - now.getTime();",
    replace: "const leftMs = Date.parse(sendAt) * 0;",
    tests: [scheduled],
  },
  {
    name: "a scheduled message that goes out after it has expired",
    file: begin,
    find: "else if (expiresOn !== undefined && expiresOn <= now.toISOString())",
    replace: "else if (expiresOn === sendAt)",
    tests: [scheduled],
  },
  {
    name: "a plan that takes the place of a message that was cancelled meanwhile",
    file: messagesTable,
    find: '"attribute_exists(#request) AND attribute_not_exists(finishedAt)"',
    replace: '"attribute_exists(#request)"',
    tests: ["test/unit/find.test.ts"],
  },
  {
    name: "a redaction that leaves the request",
    file: "functions/domain/message/redaction.ts",
    find: '"request",',
    replace: "",
    tests: [scheduled],
  },
];
