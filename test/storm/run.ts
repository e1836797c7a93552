/**
 * Runs a plan on a running system, in waves: submits the messages of a wave a few at a time while functions die and the clock
 * moves, then lets time pass until all their executions have ended. What it saw, evidence.ts completes.
 */

import type { Channel } from "../../infra/local/carrier/sends.ts";
import type { System } from "../../infra/local/system.ts";
import type { Observed } from "./observed.ts";
import { addressOf, indexOf, type PlannedMessage } from "./plan.ts";
import { connectQueues, type Queues } from "./queues.ts";
import { findSenders } from "./senders.ts";
import { Submitter } from "./submitter.ts";
import { passTime, untilQuiet } from "./time.ts";

export interface StormOptions {
  system: System;
  plan: readonly PlannedMessage[];
  /** The seed: names the messages, so that two storms on one system are not the same. */
  name: string;
  /** How many executions have ended. */
  onProgress?: (ended: number) => void;
}

/** Large, for at the end of each the machine waits for the last few; small enough for the clock, which goes through its timers. */
const waveSize = 2_500;
/** Meta's and CloudWatch's last tries, and a receipt's last visit to its queue. */
const longestEchoMs = 2 * 3_600_000;

export async function runStorm({
  system,
  plan,
  name,
  onProgress = () => {},
}: StormOptions): Promise<Observed> {
  const startedAt = performance.now();
  const startedLocally = system.clock.now();
  const queues = await connectQueues(system.aws);
  const senders = await findSenders(system, queues);
  const senderOf = ({ sender }: PlannedMessage) => (senders.has(sender) ? sender : "http");
  const observed: Observed = {
    messages: plan.map((one) => ({
      sender: senderOf(one),
      messageIds: new Set(),
      faults: [],
      refusals: [],
      submittedAt: Number.POSITIVE_INFINITY,
    })),
    lastChange: watchExecutions(system),
    kills: [],
    realMs: 0,
    localMs: 0,
  };
  const ended = () => observed.lastChange.size - system.stepFunctions.openExecutions();
  const kill = (when: Observed["kills"][number]["when"], name: string | undefined) => {
    if (name === undefined) return;
    observed.kills.push({ function: name, when });
    void system.lambda.kill(name);
  };
  killOnArrival(system, plan, (functionName) => kill("on arrival", functionName));

  try {
    for (let first = 0; first < plan.length; first += waveSize) {
      const submitting = new Submitter(system, senders, observed, name);
      for (let index = first; index < Math.min(first + waveSize, plan.length); index++) {
        const planned = plan[index] as PlannedMessage;
        await setPhones(system, index, planned);
        const names = system.lambda.names();
        if (planned.killBefore !== null) kill("at a random moment", names[planned.killBefore % names.length]);
        await submitting.add(index, planned);
        await system.clock.advance(planned.pauseMs);
        onProgress(ended());
      }
      await submitting.end();
      await passTime(system, queues, () => {
        onProgress(ended());
        return system.stepFunctions.openExecutions() === 0;
      });
    }
    await afterwards(system, queues);
  } finally {
    queues.stop();
  }
  observed.realMs = performance.now() - startedAt;
  observed.localMs = system.clock.now() - startedLocally;
  return observed;
}

function watchExecutions({ stepFunctions }: System): ReadonlyMap<string, number> {
  const lastChange = new Map<string, number>();
  stepFunctions.onChange((arn) => lastChange.set(arn.split(":").at(-1) ?? "", performance.now()));
  return lastChange;
}

function killOnArrival(
  { onMessage, lambda }: System,
  plan: readonly PlannedMessage[],
  kill: (functionName: string | undefined) => void,
): void {
  const spent = new Set<number>();
  onMessage((channel, address) => {
    const index = indexOf(address);
    if (plan[index]?.killOnArrival !== channel || spent.has(index)) return;
    spent.add(index);
    const suffix = `Routing${channel.charAt(0).toUpperCase()}${channel.slice(1)}`;
    kill(lambda.names().find((name) => name.includes(suffix)));
  });
}

async function setPhones(
  { carrier }: System,
  index: number,
  { carrier: set }: PlannedMessage,
): Promise<void> {
  await Promise.all(
    Object.entries(set).map(async ([channel, behaviour]) => {
      const address = encodeURIComponent(addressOf(index, channel as Channel));
      const response = await fetch(`${carrier}/carrier/${channel}/${address}`, {
        method: "PUT",
        body: JSON.stringify(behaviour),
      });
      if (!response.ok)
        throw new Error(`the carrier refused ${JSON.stringify(behaviour)}: ${await response.text()}`);
      await response.arrayBuffer();
    }),
  );
}

/** What is still to come after the last execution: late receipts, and those that their receivers did not take at first. */
async function afterwards(system: System, queues: Queues): Promise<void> {
  const end = system.clock.now() + longestEchoMs;
  await passTime(system, queues, () => system.clock.now() >= end);
  for (let rounds = 0; rounds < 20 && (await queues.depths()).some(({ hidden }) => hidden > 0); rounds++) {
    await system.clock.advance(60_000);
    await untilQuiet(system, queues);
  }
}
