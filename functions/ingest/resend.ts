/**
 * `POST /messages/{messageId}/resend`: sends the same again, as a new message that names the first one. It goes to the addresses
 * of the first one; the profile adds those that were missing, and is not changed. A channel that was too dear, or cannot carry what must be, stays out.
 */
import * as v from "valibot";
import type { Message } from "../domain/message/message.ts";
import { statusOf } from "../domain/outcome/trace.ts";
import { usualCategory } from "../domain/route/category.ts";
import type { HttpEvent } from "../http/handler.ts";
import { ownMessage } from "../http/own-message.ts";
import { Problem } from "../http/problem.ts";
import { validate } from "../http/validate.ts";
import { type Acceptance, accept } from "./accept.ts";
import type { IngestDependencies } from "./ingest-dependencies.ts";

const query = v.strictObject({
  force: v.optional(v.picklist(["true", "false"], "must be true or false"), "false"),
});

/** Throws a Problem where there is no such message (404), or it may not be sent again (409). */
export async function resend(event: HttpEvent, dependencies: IngestDependencies): Promise<Acceptance> {
  const { force } = validate(query, event.queryStringParameters ?? {});
  const message = await ownMessage(dependencies.messages, event);
  refuseUnlessFailed(message, force === "true");
  const submission = {
    idempotencyKey: event.headers["idempotency-key"],
    resendOf: message.messageId,
    // Nothing of a test becomes a message to a customer, and nothing that a test key sends.
    isTest: (message.test ?? event.requestContext.authorizer.lambda.test) !== undefined,
  };
  const request = requestOf(message, dependencies.now().toISOString());
  const profiles = { ...dependencies.profiles, merge: async () => {} };
  return accept(message.client, request, submission, { ...dependencies, profiles });
}

function refuseUnlessFailed(message: Message, isForced: boolean): void {
  const status = statusOf(message);
  const refusal = (code: "not_finished" | "redacted" | "not_failed", text: string) =>
    new Problem(409, "the message cannot be sent again", [{ path: "", code, message: text }]);
  if (message.finishedAt === undefined)
    throw refusal("not_finished", "must be finished before it is sent again: wait until it is, or cancel it");
  if (message.redactedAt !== undefined)
    throw refusal("redacted", "must not be redacted: its text and addresses are gone");
  if (!isForced && status !== "failed" && status !== "expired")
    throw refusal(
      "not_failed",
      `must have failed or expired, and is ${status}: force=true sends it all the same`,
    );
}

/**
 * The original request, as far as it is stored: the content has its merge fields filled, and the rules have their final order. A
 * scheduled message that ended before its time still has it whole.
 */
export function requestOf(message: Message, now: string): object {
  const { addresses, profileId, requireOptIn, reference, expiresOn, rules, route, skipped } = message;
  const { asked: quietHours, zones = [] } = message.quietHours ?? {};
  // Where there is a profile, it has the time zone.
  const timeZone = profileId === undefined && zones.length === 1 ? { timeZone: zones[0] } : {};
  const { category = usualCategory, title, body, customBody, channelOptions, metadata } = message;
  const lasts = expiresOn !== undefined && expiresOn > now;
  if (message.request !== undefined) {
    const { expiresOn: _, ...request } = JSON.parse(message.request);
    return { ...request, ...(lasts ? { expiresOn } : {}) };
  }
  const content = {
    category,
    quietHours,
    requireOptIn,
    title,
    body,
    customBody,
    channelOptions,
    metadata,
    reference,
  };
  return {
    to: { ...(profileId === undefined ? {} : { profileId }), ...timeZone, ...addresses },
    rules: rules
      .filter((channel) => !["max_cost", "cannot_carry"].includes(skipped[channel]?.code ?? ""))
      .map((channel) => {
        const hop = route.find((one) => one.channel === channel);
        if (hop === undefined) return { channel };
        // The windows of a message that expires had been cut to the time that was left.
        const window = expiresOn === undefined ? { fallbackAfter: hop.timeoutSeconds } : {};
        return { channel, until: hop.until, ...window };
      }),
    ...Object.fromEntries(Object.entries(content).filter(([, value]) => value !== undefined)),
    ...(lasts ? { expiresOn } : {}),
  };
}
