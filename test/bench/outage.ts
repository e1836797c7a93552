/**
 * A provider that is down: whether those notice whose messages do not need it. Senders of SMS are measured while others send
 * by Messenger first, with a healthy Messenger, with one that answers every call with 503, and after it is back.
 */
import * as v from "valibot";
import { type BenchSystem, type Customer, newCustomer, startBenchSystem } from "./bench-system.ts";
import { median, milliseconds, percentile, ratio, type Section } from "./report.ts";
import { messageTo, type Scenario, scenarioOf } from "./scenarios.ts";
import { accepted } from "./ways-in.ts";

const lanes = 4;
/** Longer than a circuit stays open. */
const untilRecoveredMs = 5 * 60_000;

interface Phase {
  name: string;
  /** Milliseconds until the 201, and until the end. */
  accepted: number[];
  ended: number[];
  providerCalls: number;
}

export async function outage(messages: number): Promise<Section> {
  let providerCalls = 0;
  const system = await startBenchSystem({
    onExchange({ path, method }) {
      if (method === "POST" && /^\/v[\d.]+\/\d+\/messages(\?|$)/.test(path)) providerCalls += 1;
    },
    onInvocation: () => {},
    onLog: () => {},
  });
  const sms = scenarioOf("sms");
  const messenger = scenarioOf("fbMessenger");

  const phase = async (name: string, phones: Customer["phones"]): Promise<Phase> => {
    const found: Phase = { name, accepted: [], ended: [], providerCalls: 0 };
    providerCalls = 0;
    let left = messages;
    const others: Promise<number>[] = [];
    const lane = async () => {
      while (left-- > 0) {
        // Nobody waits for its end: the load is the same whatever becomes of it.
        others.push((await sent(system, messenger, phones)).ended);
        const start = performance.now();
        const { ended } = await sent(system, sms, {});
        found.accepted.push(performance.now() - start);
        found.ended.push((await ended) - start);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    await Promise.all(others);
    await system.settled();
    return { ...found, providerCalls };
  };

  try {
    await phase("warming up", {});
    const healthy = await phase("Messenger is healthy", {});
    const down = await phase("Messenger answers 503", { fbMessenger: { fault: "unavailable" } });
    await system.clock.advance(untilRecoveredMs);
    const back = await phase("Messenger is back", {});
    const phases = [healthy, down, back];
    return {
      title: "A provider is down: the SMS of others",
      columns: ["accepted p50", "p99", "of healthy", "ended p50", "of healthy", "calls of Messenger"],
      rows: phases.map((one) => [
        one.name,
        milliseconds(median(one.accepted)),
        milliseconds(percentile(one.accepted, 0.99)),
        ratio(median(one.accepted) / median(healthy.accepted)),
        milliseconds(median(one.ended)),
        ratio(median(one.ended) / median(healthy.ended)),
        String(one.providerCalls),
      ]),
      notes: [
        `${messages} SMS by ${lanes} senders in each row, and as many messages by Messenger first, SMS second`,
        "each message of both came to its end; while the circuit is open, Messenger is called by probes alone",
      ],
      figures: phases,
    };
  } finally {
    await system.stop();
  }
}

async function sent(system: BenchSystem, scenario: Scenario, phones: Customer["phones"]) {
  const customer = newCustomer(phones);
  await system.setPhones(customer);
  const { messageId } = v.parse(accepted, await system.post("/messages", messageTo(customer, scenario)));
  return { ended: system.endOf(messageId) };
}
