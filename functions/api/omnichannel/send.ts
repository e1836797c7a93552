/**
 * `POST …/messages` and `POST …/messages/batch` of the Omnichannel API. What is not valid is refused; what no channel can take is
 * accepted and has failed, as there. A batch is looked at as a whole before anything of it is sent.
 */
import { randomUUID } from "node:crypto";
import pMap from "p-map";
import * as v from "valibot";
import type { StartsQueue } from "../../aws/starts-queue.ts";
import type { Fault } from "../../domain/fault.ts";
import { hashOf } from "../../domain/hash-of.ts";
import type { Caller } from "../../http/caller.ts";
import { type HttpEvent, type HttpResult, json, readJson, readParts } from "../../http/handler.ts";
import { failedItem } from "../../http/items.ts";
import { checkPart } from "../../http/json.ts";
import { maxFaults, notValid, Problem, shortPath, truncateFaults } from "../../http/problem.ts";
import { validate } from "../../http/validate.ts";
import { accept } from "../../ingest/accept.ts";
import type { IngestDependencies } from "../../ingest/ingest-dependencies.ts";
import { planMessage } from "../../ingest/plan.ts";
import { maxBytes } from "../../ingest/planned-content.ts";
import { idempotencyKey, sendRequest } from "../../ingest/request.ts";
import { startBatch } from "../../ingest/start-batch.ts";
import { logFault } from "../../shared/log.ts";
import { ttlAfter } from "../../storage/ttl.ts";
import { failedPayload, type PublishOwn } from "./events.ts";
import type { OmnichannelRecord, Records } from "./records.ts";
import { type OmnichannelMessage, omnichannelBatch, omnichannelMessage } from "./request.ts";
import { type Translation, translate } from "./translate.ts";
import { viewOf } from "./view.ts";

export interface SendDependencies extends IngestDependencies {
  records: Records;
  starts: StartsQueue;
  publish: PublishOwn;
  /** Notes a profile that a message names, so that profiles are found. */
  noteProfile: (caller: Caller, profileId: string) => Promise<void>;
}

interface Prepared extends Translation {
  request: OmnichannelMessage;
}

/** Without `messageId`: the item is not sent; with the same Idempotency-Key, the batch sent again starts it. */
type BatchResult =
  | { index: number; messageId: string }
  | { index: number; status: 500; errors: readonly Fault[] };

const failed = (index: number): BatchResult =>
  failedItem(index, "the batch again with the same Idempotency-Key");

const concurrency = 50;

export function createSend(dependencies: SendDependencies) {
  const { profiles, ruleSets, deployment, records, now } = dependencies;

  async function prepare(client: string, input: unknown): Promise<Prepared> {
    const request = validate(omnichannelMessage, input);
    if (Buffer.byteLength(JSON.stringify(request)) > maxBytes)
      throw notValid({ path: "", code: "too_large", message: "must have at most 300,000 bytes" });
    const { to, ruleSet: name } = request;
    const [profile, ruleSet] = await Promise.all([
      to.profileId ? profiles.get(client, String(to.profileId)) : undefined,
      name && !request.rules?.length ? ruleSets.get(client, name) : undefined,
    ]);
    if (ruleSet === undefined && !request.rules?.length)
      throw notValid({
        path: "ruleSet",
        code: "unknown_rules",
        message: "must be the name of a stored rule set: store it with PUT /rules/{name}",
      });
    return {
      request,
      ...translate(request, { channels: deployment.channels, profile, ruleSet, now: now() }),
    };
  }

  /** Throws a Problem where our API would refuse it for what it says, not for what no channel can take. */
  async function check({ client, test: isTest }: Caller, { message }: Prepared): Promise<void> {
    if (message === undefined) return;
    const planning = await planMessage(client, validate(sendRequest, message), dependencies, { isTest });
    if ("refused" in planning && planning.refused.status === 400) throw planning.refused;
  }

  function recordOf(
    { keyId }: Caller,
    { request, warnings, skipped }: Prepared,
    failed: string | undefined,
  ): OmnichannelRecord {
    const at = now().toISOString();
    const { profileId } = request.to;
    return {
      request,
      rules: request.rules ?? [],
      ...(profileId ? { profileId: String(profileId) } : {}),
      warnings,
      skipped,
      ...(failed === undefined ? {} : { failed }),
      createdAt: at,
      createdBy: keyId,
      updatedAt: at,
      ttl: ttlAfter(dependencies.retentionDays, now()),
    };
  }

  /** A message that no channel took: it is kept, and its events are published, as for a message of this API. */
  async function storeFailed(caller: Caller, prepared: Prepared, reason: string): Promise<string> {
    const [messageId, { client }] = [randomUUID(), caller];
    const record = recordOf(caller, prepared, reason);
    await records.put(client, messageId, record);
    const { profileId, createdAt, ttl } = record;
    if (profileId !== undefined) {
      const { title, body } = prepared.request;
      const message = { ...(title ? { title } : {}), ...(body ? { body } : {}) };
      const entry = { messageId, submittedOn: createdAt, profileId, status: "failed", message };
      await records.addToHistory(client, { ...entry, direction: "outbound" }, ttl);
    }
    await dependencies.publish(client, {
      name: "message.failed",
      id: `${messageId}/failed`,
      at: createdAt,
      payload: failedPayload(messageId, prepared.request, createdAt, reason),
    });
    return messageId;
  }

  async function sendPrepared(
    caller: Caller,
    prepared: Prepared,
    start: IngestDependencies["start"],
    key?: string,
  ): Promise<{ messageId: string; isOurs: boolean }> {
    const { message } = prepared;
    const { client, scopes, test: isTest } = caller;
    const { profileId } = prepared.request.to;
    if (message === undefined)
      return { messageId: await storeFailed(caller, prepared, "no channel is left to try"), isOurs: false };
    try {
      const submission = { idempotencyKey: key, mayReplace: scopes.includes("profiles"), isTest };
      const { accepted, isReplayed } = await accept(client, message, submission, { ...dependencies, start });
      const { messageId } = accepted;
      if (!isReplayed) await records.put(client, messageId, recordOf(caller, prepared, undefined));
      if (profileId) await dependencies.noteProfile(caller, String(profileId));
      return { messageId, isOurs: true };
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 422) throw error;
      const isReused = error.errors.some(({ code }) => code === "reused");
      if (isReused) throw error;
      const reasons = [error.message, ...error.errors.map(({ message: why }) => why)];
      return { messageId: await storeFailed(caller, prepared, reasons.join("; ")), isOurs: false };
    }
  }

  async function show(client: string, messageId: string): Promise<Record<string, unknown>> {
    const [message, record] = await Promise.all([
      dependencies.messages.get(messageId),
      records.get(client, messageId),
    ]);
    return viewOf(messageId, message, record);
  }

  return {
    async one(event: HttpEvent): Promise<HttpResult> {
      const caller = event.requestContext.authorizer.lambda;
      const prepared = await prepare(caller.client, readJson(event));
      const key = event.headers["idempotency-key"];
      const { messageId } = await sendPrepared(caller, prepared, dependencies.start, key);
      return json(201, await show(caller.client, messageId));
    },

    async batch(event: HttpEvent): Promise<HttpResult> {
      const caller = event.requestContext.authorizer.lambda;
      const items = validate(omnichannelBatch, readParts(event));
      const ofBatch = event.headers["idempotency-key"];
      if (ofBatch !== undefined)
        validate(v.object({ "Idempotency-Key": idempotencyKey }), { "Idempotency-Key": ofBatch });
      const checked = await pMap(
        items,
        async (item) => {
          try {
            checkPart(item);
            const prepared = await prepare(caller.client, item);
            await check(caller, prepared);
            return prepared;
          } catch (error) {
            if (error instanceof Problem && error.status < 500) return error;
            throw error;
          }
        },
        { concurrency },
      );
      refuseFaults(checked);
      const prepared = checked.filter((one): one is Prepared => !(one instanceof Problem));
      const toStart: { index: number; messageId: string }[] = [];
      const results = await pMap(
        prepared,
        async (one, index): Promise<BatchResult> => {
          try {
            const key = ofBatch && hashOf([ofBatch, index]);
            const { messageId, isOurs } = await sendPrepared(caller, one, async () => {}, key).catch(
              async (error: unknown) => {
                // The others are sent already: it is reported as one that failed.
                if (!(error instanceof Problem)) throw error;
                return { messageId: await storeFailed(caller, one, error.message), isOurs: false };
              },
            );
            if (isOurs) toStart.push({ index, messageId });
            return { index, messageId };
          } catch (error) {
            logFault("an item of a batch failed", error);
            return failed(index);
          }
        },
        { concurrency },
      );
      await startBatch(dependencies.starts, toStart, ({ index }) => {
        results[index] = failed(index);
      });
      return json(202, results);
    },
  };
}

/** Throws a Problem (400) that names each item with its fault: nothing of the batch is sent. */
function refuseFaults(checked: readonly (Prepared | Problem)[]): void {
  const faults = checked.flatMap((one, index): Fault[] => {
    if (!(one instanceof Problem)) return [];
    const at = (path: string) => shortPath(path === "" ? `[${index}]` : `[${index}].${path}`);
    return one.errors.length === 0
      ? [{ path: at(""), code: "invalid", message: one.message }]
      : one.errors.map((fault) => ({ ...fault, path: at(fault.path) }));
  });
  if (faults.length > 0) throw notValid(...truncateFaults(faults, maxFaults));
}
