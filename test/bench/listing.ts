/** Listing: what the newest page of a customer's messages reads, and how long it takes, while the customer has more of them. */
import type { MetadataBearer } from "@aws-sdk/types";
import { createFindMessages } from "../../functions/api/find-messages.ts";
import type { Message } from "../../functions/domain/message/message.ts";
import type { HttpEvent } from "../../functions/http/handler.ts";
import { positionOf } from "../../functions/storage/message-lists.ts";
import { startTables, testHash } from "../unit/fixtures/routing-in-process.ts";
import { median, milliseconds, ratio, type Section } from "./report.ts";

const page = 20;
const asks = 30;
const atOnce = 32;
const client = "bench";
const profileId = "anna";

export async function listing(largest: number): Promise<Section> {
  const tables = await startTables();
  let units = 0;
  tables.client.middlewareStack.add(
    (next) => async (args) => {
      Object.assign(args.input, { ReturnConsumedCapacity: "TOTAL" });
      const answer = await next(args);
      const { ConsumedCapacity } = answer.output as MetadataBearer & {
        ConsumedCapacity?: { CapacityUnits?: number };
      };
      units += ConsumedCapacity?.CapacityUnits ?? 0;
      return answer;
    },
    { step: "initialize" },
  );
  const find = createFindMessages(tables, testHash);
  const event = {
    routeKey: "GET /messages",
    queryStringParameters: { profileId, limit: String(page) },
    requestContext: { authorizer: { lambda: { client } } },
  } as unknown as HttpEvent;
  const measured: { count: number; units: number; ms: number }[] = [];
  try {
    let written = 0;
    for (let count = 10; count <= largest; count *= 10) {
      const places = Array.from({ length: count - written }, (_, index) => written + index);
      while (places.length > 0)
        await Promise.all(
          places.splice(0, atOnce).map((place) => write(tables, place, place >= count - page)),
        );
      written = count;
      const times: number[] = [];
      for (let ask = -asks; ask < asks; ask += 1) {
        if (ask === 0) units = 0;
        const begun = performance.now();
        const { body } = await find(event);
        if (ask >= 0) times.push(performance.now() - begun);
        const { messages } = JSON.parse(String(body)) as { messages: unknown[] };
        if (messages.length !== Math.min(page, count)) throw new Error(`${messages.length} were listed`);
      }
      measured.push({ count, units: units / asks, ms: median(times) });
    }
  } finally {
    await tables.stop();
  }
  const full = measured[1] ?? measured[0];
  return {
    title: "Listing: a customer's messages",
    columns: ["read units a page", "a page", "beside 100"],
    rows: measured.map(({ count, units: read, ms }) => [
      count.toLocaleString("en"),
      read.toFixed(1),
      milliseconds(ms),
      ratio(ms / (full?.ms ?? ms)),
    ]),
    notes: [`the newest ${page} of them, on the local DynamoDB; 10 are not a full page`],
    figures: measured,
  };
}

/** The row of a message in its customer's list; only those that a page shows have the message too. */
async function write(
  { messages, lists }: Awaited<ReturnType<typeof startTables>>,
  place: number,
  isShown: boolean,
): Promise<void> {
  const createdAt = new Date(Date.UTC(2030, 0, 1) + place * 1000).toISOString();
  const message: Message = {
    messageId: `00000000-0000-4000-8000-${String(place).padStart(12, "0")}`,
    client,
    profileId,
    createdAt,
    fingerprint: "f",
    addresses: { phoneNumber: "+447123123123" },
    rules: ["sms"],
    route: [{ channel: "sms", timeoutSeconds: 60, until: "delivered" }],
    skipped: {},
    attempts: { sms: { claimedAt: createdAt, deliveredAt: createdAt } },
    finishedAt: createdAt,
    outcome: "reached",
    ttl: 2_000_000_000,
  };
  if (isShown) await messages.create(message);
  await lists.add({ of: "profile", client, value: profileId }, positionOf(message), message);
}
