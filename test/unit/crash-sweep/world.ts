/**
 * The functions of one message's way in one process, each called by what calls it on AWS, with that caller's retries: an HTTP
 * client that repeats under its Idempotency-Key, the real state machine, SQS with its visibility and its dead letters.
 */
import type { SQSRecord } from "aws-lambda";
import { executionArn } from "../../../functions/aws/step-functions.ts";
import {
  type PushChannel,
  pushChannels,
  signReceiptToken,
} from "../../../functions/channels/receipt-token.ts";
import { channelById } from "../../../functions/channels/registry.ts";
import type { Outbound } from "../../../functions/domain/channel.ts";
import type { Message } from "../../../functions/domain/message/message.ts";
import type { Queued } from "../../../functions/domain/message/queued-receipt.ts";
import { type Circuits, createCircuits } from "../../../functions/hop/circuits.ts";
import type { HttpEvent, HttpResult } from "../../../functions/http/handler.ts";
import { type Clock, createClock } from "../../../infra/local/clock.ts";
import { LambdaInvocationError } from "../../../infra/local/step-functions/index.ts";
import { type LocalTables, machinePrefix } from "../fixtures/routing-in-process.ts";
import { createAws } from "./aws.ts";
import { Calls, type Plan, type Turns } from "./calls.ts";
import { createFunctions, receiptKey } from "./functions.ts";
import { endpointOf, queuedOf, type Word } from "./receipts.ts";
import { createSenders } from "./senders.ts";
import { lostAnswer, type Story, windowSeconds } from "./story.ts";

/** All that is to be seen at the end of a story. */
export interface Ending {
  story: Story;
  calls: Calls["made"];
  /** How many of the planned faults came to pass. */
  met: number;
  /** The answer to its sender, when it was accepted. */
  messageId: string | undefined;
  stored: Message | undefined;
  /** Of the execution; undefined where none was started. */
  execution: string | undefined;
  /** What the providers took. */
  sent: { channel: string; at: string }[];
  /** The receipts that were given to their function until it took them. */
  reported: { channel: string; status: string }[];
  deadLetters: Queued[];
  /** Why messages of the senders' queue were not accepted. */
  notAccepted: readonly string[];
}

const mostTries = 8;
const visibilityMs = 120_000;
const mostReceives = 6;
/** Longer than a window, shorter than the function's time-out. */
const stallMs = (windowSeconds + 10) * 1000;
const stepMs = 2_500;
const longestMs = 30 * 60_000;

/** Of all worlds. */
let stories = 0;

/** Until no function works and nothing goes on by itself. */
export async function untilQuiet(isQuiet: () => boolean): Promise<void> {
  for (let rounds = 0; rounds < 5; rounds = isQuiet() ? rounds + 1 : 0)
    await new Promise((resolve) => setImmediate(resolve));
}

/** `clock` and `turns`: the simulation's, which leave nothing to chance. */
export function createWorld(
  tables: LocalTables,
  { clock = createClock(), turns }: { clock?: Clock; turns?: Turns } = {},
) {
  const now = () => new Date(clock.now());
  const after = (milliseconds: number) =>
    new Promise<void>((resolve) => void clock.schedule(milliseconds, resolve));
  const calls = new Calls(() => after(stallMs), turns);
  const aws = createAws({
    calls,
    clock,
    dynamoDbPort: tables.port,
    invoke: (name, payload) =>
      calls.invoke(channelById.has(name) ? `channel ${name}` : name, () => functions.task(name, payload)),
  });
  const { machine } = aws;

  // Of the story that runs.
  let ending: Ending;
  let number = 0;
  let refused = new Map<string, number>();
  let circuits = new Map<string, Circuits>();
  const putBack = new Map<string, number>();
  const open = new Set<object>();
  /** What is on its way to a function, and is not there yet. */
  const later = (milliseconds: number, what: () => Promise<void>) => {
    const waiting = {};
    open.add(waiting);
    clock.schedule(milliseconds, () => void what().finally(() => open.delete(waiting)));
  };

  const senders = createSenders({ calls, later, startFrom: (event) => functions.starts(event) });
  /** Each story has circuits of its own. */
  const circuitKey = (channel: string) => `${channel} of story ${number}`;
  const functions = createFunctions(aws, {
    now,
    starts: senders.starts,
    schedule: senders.schedule,
    park: senders.park,
    settings: () =>
      ending.story.capped ? { caps: [{ categories: ["transactional"], most: 1, days: 1 }] } : {},
    send: (channel) => (message) =>
      calls.through("provider", `send by ${channel}`, () => sendBy(channel, message)),
    circuitsOf: (channel) => {
      const known =
        circuits.get(channel) ??
        createCircuits({ channel: circuitKey(channel), table: aws.circuits, now, onChange: async () => {} });
      circuits.set(channel, known);
      return known;
    },
    comeBackIn: (seconds, receiptHandle) =>
      calls.through("SQS", "ChangeMessageVisibility", async () => void putBack.set(receiptHandle, seconds)),
  });

  const isPush = (channel: string): channel is PushChannel => pushChannels.some((one) => one === channel);

  /** The provider. */
  async function sendBy(channel: string, message: Outbound): Promise<{ providerMessageIds: [string] }> {
    if (isPush(channel)) await message.noteAddress?.(endpointOf(message.addresses));
    const { refuses, losesAnswer, saysBeforeAnswer, says = [] } = ending.story.providers[channel] ?? {};
    const before = refused.get(channel) ?? 0;
    if (refuses && before < refuses.times) {
      refused.set(channel, before + 1);
      throw refuses.error();
    }
    const sentAt = now().toISOString();
    ending.sent.push({ channel, at: sentAt });
    const providerMessageId = `${channel}-${message.messageId}-${ending.sent.length}`;
    const word = { channel, providerMessageId, sentAt };
    for (const { status, afterMs, error } of says)
      later(afterMs, () => report(message, { ...word, status, ...(error ? { error } : {}) }));
    if (saysBeforeAnswer) await report(message, { ...word, status: saysBeforeAnswer });
    if (losesAnswer) throw lostAnswer();
    return { providerMessageIds: [providerMessageId] };
  }

  function report(message: Outbound, word: Word): Promise<void> {
    const { channel, status } = word;
    ending.reported.push({ channel, status });
    if (isPush(channel) && status !== "failed") return reportByApp(message, channel, status);
    return receive(queuedOf(message, word, now().toISOString()), 1);
  }

  /** SQS: what is not taken comes again, some times. */
  async function receive(item: Queued, receiveCount: number): Promise<void> {
    const receiptHandle = `${JSON.stringify(item)} ${receiveCount}`;
    const attributes = { ApproximateReceiveCount: `${receiveCount}` };
    const record = { messageId: "r", receiptHandle, body: JSON.stringify(item), attributes };
    const isProcessed = await calls
      .invoke("receipts", () => functions.receipts({ Records: [record as unknown as SQSRecord] }))
      .then(
        ({ batchItemFailures }) => batchItemFailures.length === 0,
        () => false,
      );
    if (isProcessed) return;
    const seconds = putBack.get(receiptHandle);
    putBack.delete(receiptHandle);
    if (receiveCount >= mostReceives) ending.deadLetters.push(item);
    else later(seconds === undefined ? visibilityMs : seconds * 1000, () => receive(item, receiveCount + 1));
  }

  /** The app repeats what failed on the other side. */
  async function reportByApp({ messageId }: Outbound, channel: PushChannel, status: string): Promise<void> {
    // Time does not go on meanwhile.
    const token = await calls.during(() => signReceiptToken({ messageId, channel }, receiptKey));
    const body = JSON.stringify({ token, status });
    await request("app receipts", functions.appReceipts, { body });
  }

  /** An HTTP client that repeats as long as it is worth it. */
  async function request(
    functionName: string,
    handler: (event: HttpEvent, context: never) => Promise<HttpResult>,
    event: object,
  ): Promise<HttpResult> {
    const whole = {
      headers: {},
      isBase64Encoded: false,
      requestContext: { authorizer: { lambda: { client: "c1", scopes: ["send"] } } },
      ...event,
    } as unknown as HttpEvent;
    for (let tries = 1; ; tries++) {
      const answer = await calls
        .invoke(functionName, () => handler(whole, {} as never))
        .catch((error: unknown): HttpResult => {
          if (error instanceof LambdaInvocationError) return { statusCode: 500 };
          throw error;
        });
      if ((answer.statusCode ?? 500) < 500 || tries >= mostTries) return answer;
      await after(1000);
    }
  }

  async function submit(story: Story): Promise<void> {
    const { rules, withProfile, expiresAfterMs, goesOutAfterMs, cancelledAfterMs, sentBy } = story;
    const after = (milliseconds: number | undefined) =>
      milliseconds && new Date(clock.now() + milliseconds).toISOString();
    const [expiresOn, sendAt] = [after(expiresAfterMs), after(goesOutAfterMs)];
    const message = {
      to: {
        ...(withProfile ? { profileId: `profile-${number}` } : {}),
        phoneNumber: `+4471${String(number).padStart(8, "0")}`,
        fbMessengerId: `psid-${number}`,
        email: `anna-${number}@customers.example`,
        appDevices: [{ platform: "fcm", token: `device-${number}` }],
      },
      body: "Hello",
      rules: rules.map((rule) => ({ ...rule, fallbackAfter: windowSeconds })),
      ...(expiresOn ? { expiresOn } : {}),
      ...(sendAt ? { sendAt } : {}),
    };
    const key = `key-${number}`;
    if (sentBy === undefined) ending.messageId = await submitAlone(message, key);
    else if (sentBy === "batch") ending.messageId = await submitBatch({ ...message, idempotencyKey: key });
    else {
      ending.messageId = `queue-${number}`;
      const { tries, key: isKeyed } = sentBy.queue;
      const attributes: Record<string, string> = isKeyed ? { "Idempotency-Key": key } : {};
      senders.enqueue(functions.fromQueue(tries), [ending.messageId, JSON.stringify(message), attributes]);
    }
    const named = { pathParameters: { messageId: ending.messageId } };
    if (cancelledAfterMs !== undefined)
      later(cancelledAfterMs, async () => void (await request("cancel", functions.cancelMessage, named)));
  }

  async function submitAlone(message: object, key: string): Promise<string> {
    const headers = { "idempotency-key": key };
    const event = { routeKey: "POST /messages", headers, body: JSON.stringify(message) };
    const answer = await request("ingest", functions.ingest, event);
    if (answer.statusCode !== 201) throw new Error(`ingest answered ${answer.statusCode}: ${answer.body}`);
    return (JSON.parse(answer.body ?? "") as { messageId: string }).messageId;
  }

  /** Items that failed on our side are sent again under their keys, as `npm run send` does. */
  async function submitBatch(item: object): Promise<string> {
    for (let tries = 1; tries <= mostTries; tries++) {
      const answer = await request("ingest of a batch", functions.batch, { body: JSON.stringify([item]) });
      const { results } = JSON.parse(answer.body ?? "") as { results?: { messageId?: string }[] };
      const messageId = results?.[0]?.messageId;
      if (messageId !== undefined) return messageId;
      await after(1000);
    }
    throw new Error("the batch was never accepted");
  }

  const untilIdle = () => untilQuiet(() => calls.running === 0);

  async function openCircuit(channel: string, state: "open" | "to be probed"): Promise<void> {
    const at = (milliseconds: number) => new Date(clock.now() + milliseconds).toISOString();
    const [since, closedUntil] = [at(-60_000), at(state === "open" ? longestMs : -1000)];
    const identities = channelById.get(channel)?.identities?.({}, {}) ?? ["account"];
    for (const identity of identities)
      await tables.circuits.open(`${circuitKey(channel)}#${identity}`, {
        since,
        closedUntil,
        pauseSeconds: 30,
      });
  }

  /** Tells the story to its end, with these faults on the way. */
  async function runStory(story: Story, plan: Plan): Promise<Ending> {
    number = ++stories;
    calls.begin(plan);
    refused = new Map();
    circuits = new Map();
    const nothing = { messageId: undefined, stored: undefined, execution: undefined };
    ending = {
      story,
      calls: [],
      met: 0,
      ...nothing,
      sent: [],
      reported: [],
      deadLetters: [],
      notAccepted: [],
    };
    for (const [channel, state] of Object.entries(story.circuits ?? {})) await openCircuit(channel, state);
    later(0, () => submit(story));
    const end = clock.now() + longestMs;
    await clock.advance(0);
    const isOver = () => machine.openExecutions() + calls.standing + open.size === 0 || clock.now() > end;
    for (await untilIdle(); !isOver(); await untilIdle()) await clock.advance(stepMs);
    const { messageId } = ending;
    const stored = messageId === undefined ? undefined : await tables.messages.get(messageId);
    return {
      ...ending,
      calls: calls.made,
      met: calls.met,
      notAccepted: [...senders.notAccepted],
      stored,
      execution: stored && (await executionOf(stored)),
    };
  }

  async function executionOf(message: Message): Promise<string | undefined> {
    const { status, body } = await machine.handle("DescribeExecution", {
      executionArn: executionArn(machinePrefix, message),
    });
    return status === 200 ? String((body as { status: unknown }).status) : undefined;
  }

  return {
    runStory,
    /** The functions that are at work. */
    working: () => calls.running,
    stop: () => {
      aws.stop();
      clock.stop();
    },
  };
}
export type World = ReturnType<typeof createWorld>;
