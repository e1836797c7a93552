/** What changes of messages are as metrics, and how they stand in the log. */
import fc from "fast-check";
import { afterEach, expect, it, vi } from "vitest";
import type { Message } from "../../functions/domain/message/message.ts";
import { type ChangedMessage, changesBetween } from "../../functions/domain/outcome/changes.ts";
import { metricsOf } from "../../functions/domain/reporting/message-metrics.ts";
import { emitMetrics } from "../../functions/shared/metrics.ts";
import { messageFrom } from "./fixtures/changed-message.ts";

const at = (second: number) => new Date(Date.UTC(2030, 0, 1, 0, 0, second)).toISOString();
const message = messageFrom(at(0));
const changed = (before: Message | undefined, after: Message): ChangedMessage => ({
  before,
  after,
  changes: changesBetween(before, after),
});
const group = (dimensions: object, counts: object, seconds: object = {}) => ({ dimensions, counts, seconds });

it("attempts, failures by name, and the result of the next channel are counted", () => {
  const claimed = { claimedAt: at(1), taskToken: "t" };
  const failed = {
    ...claimed,
    failedAt: at(2),
    endedAt: at(2),
    error: { name: "NotRegistered", message: "not on WhatsApp" },
  };
  const story = [
    message(
      {},
      { skipped: { fbMessenger: { code: "no_address", reason: "no fbMessengerId in `to` or the profile" } } },
    ),
    message({ whatsApp: claimed }),
    message({ whatsApp: failed, sms: { claimedAt: at(2) } }),
    message({ whatsApp: failed, sms: { claimedAt: at(2), sentAt: at(3) } }),
    message(
      { whatsApp: failed, sms: { claimedAt: at(2), sentAt: at(3), deliveredAt: at(7) } },
      { finishedAt: at(7), outcome: "reached" },
    ),
  ];
  const all = metricsOf(story.map((after, index) => changed(story[index - 1], after)));
  expect(all).toEqual([
    group({ channel: "fbMessenger", reason: "no_address" }, { Skipped: 1 }),
    group({ channel: "whatsApp" }, { Attempts: 1 }),
    group({ channel: "sms" }, { Attempts: 1, Sent: 1, Delivered: 1 }, { TimeToDelivery: [5] }),
    group({ channel: "whatsApp", error: "NotRegistered" }, { Failures: 1 }),
    group({ status: "delivered" }, { Finished: 1 }),
    group({}, { FellBack: 1 }),
  ]);
});

it("a window without a receipt counts as a failure, and a channel that was left before it was tried counts for nothing", () => {
  const silent = { claimedAt: at(1), sentAt: at(2) };
  const left = { ...silent, endedAt: at(301) };
  const end = message(
    { whatsApp: left, sms: { endedAt: at(301) } },
    { finishedAt: at(301), outcome: "expired" },
  );
  expect(metricsOf([changed(message({ whatsApp: silent }), end)])).toEqual([
    group({ channel: "whatsApp", error: "States.Timeout" }, { Failures: 1 }),
    group({ status: "expired" }, { Finished: 1 }),
  ]);
});

it("the counts are the same however the changes are batched", () => {
  const outcomes = fc.constantFrom("delivered", "failed", "read");
  fc.assert(
    fc.property(fc.array(outcomes, { maxLength: 30 }), fc.nat(30), (kinds, cut) => {
      const all = kinds.map((kind) => {
        const before = message({ whatsApp: { claimedAt: at(1), sentAt: at(2) } });
        const end = kind === "failed" ? { failedAt: at(3), endedAt: at(3) } : { [`${kind}At`]: at(3) };
        return changed(before, message({ whatsApp: { claimedAt: at(1), sentAt: at(2), ...end } }));
      });
      const totals = (batches: ChangedMessage[][]) => {
        const sums: Record<string, number> = {};
        for (const { counts, seconds } of batches.flatMap(metricsOf)) {
          for (const [name, value] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + value;
          for (const [name, values] of Object.entries(seconds))
            sums[name] = (sums[name] ?? 0) + values.length;
        }
        return sums;
      };
      expect(totals([all.slice(0, cut), all.slice(cut)])).toEqual(totals([all]));
    }),
  );
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});
it("a group of metrics is one line in the embedded metric format", async () => {
  vi.stubEnv("POWERTOOLS_SERVICE_NAME", "Stack");
  const lines: string[] = [];
  vi.spyOn(process.stdout, "write").mockImplementation((line) => lines.push(String(line)) > 0);
  await emitMetrics([
    { dimensions: { channel: "sms" }, counts: { Delivered: 2 }, seconds: { TimeToDelivery: [3, 5] } },
    { dimensions: {}, counts: { FellBack: 1 }, seconds: {} },
  ]);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    {
      _aws: { CloudWatchMetrics: [{ Namespace: "FallbackRouting", Dimensions: [["service", "channel"]] }] },
      service: "Stack",
      channel: "sms",
      Delivered: 2,
      TimeToDelivery: [3, 5],
    },
    { _aws: { CloudWatchMetrics: [{ Dimensions: [["service"]] }] }, FellBack: 1 },
  ]);
});
