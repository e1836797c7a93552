/** Messages a second, from POST to the customer's phone, on the emulator and on the local run, one after the other. */
import * as v from "valibot";
import { startBenchSystem } from "../bench/bench-system.ts";
import { median, milliseconds, percentile, printSections, ratio } from "../bench/report.ts";
import { accepted } from "../bench/ways-in.ts";

const inFlight = 8;
const warmUp = 40;

interface Target {
  name: string;
  api: string;
  apiKey: string;
  onMessage: (listener: (channel: string, address: string) => void) => void;
}

export async function compareRates(emulator: Omit<Target, "name">, messages: number): Promise<string> {
  const theirs = await rateOf({ ...emulator, name: "the emulator" }, messages);
  const local = await startBenchSystem();
  const ours = await rateOf({ ...local, name: "the local run" }, messages).finally(() => local.stop());
  return printSections([
    {
      title: "SMS, from POST to the phone",
      columns: ["messages/s", "p50", "p99", "of the emulator"],
      rows: [theirs, ours].map(({ name, perSecond, times }) => [
        name,
        perSecond.toFixed(1),
        milliseconds(median(times)),
        milliseconds(percentile(times, 0.99)),
        ratio(perSecond / theirs.perSecond),
      ]),
      notes: [`${messages} messages, ${inFlight} in flight; the same template, phones and machine`],
      figures: [theirs, ours],
    },
  ]);
}

async function rateOf({ name, api, apiKey, onMessage }: Target, messages: number) {
  const waiting = new Map<string, () => void>();
  onMessage((_, address) => waiting.get(address)?.());
  const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
  let sent = 0;
  const send = async () => {
    const phoneNumber = `+4473${String(++sent).padStart(8, "0")}`;
    const arrival = new Promise<void>((resolve) => waiting.set(phoneNumber, resolve));
    const start = performance.now();
    const body = JSON.stringify({ to: { phoneNumber }, body: "Hello", rules: ["sms"] });
    const answer = await fetch(`${api}/messages`, { method: "POST", headers, body });
    if (answer.status !== 201) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
    v.parse(accepted, await answer.json());
    await arrival;
    return performance.now() - start;
  };
  const all = async (count: number) => {
    const times: number[] = [];
    let left = count;
    const lane = async () => {
      while (left-- > 0) times.push(await send());
    };
    await Promise.all(Array.from({ length: inFlight }, lane));
    return times;
  };
  await all(warmUp);
  const start = performance.now();
  const times = await all(messages);
  return { name, perSecond: (messages * 1000) / (performance.now() - start), times };
}
