/**
 * Runs a plan on a running system, in waves: submits the messages of a wave a few at a time while functions die and the clock
 * moves, then lets time pass until all their executions have ended. What it saw, evidence.ts completes.
 */

import type { Channel } from "../../infra/local/carrier/phones.ts";
import type { System } from "../../infra/local/system.ts";
import { addressOf, customerOf, indexOf, type PlannedMessage, type Sender } from "./plan.ts";
import { connectQueues, type Queues } from "./queues.ts";
import { findSenders, post, type Submission, type Submit } from "./senders.ts";
import { passTime, untilQuiet } from "./time.ts";

export interface StormOptions {
  system: System;
  plan: readonly PlannedMessage[];
  /** The seed: names the messages, so that two storms on one system are not the same. */
  name: string;
  /** How many executions have ended. */
  onProgress?: (ended: number) => void;
}

export interface Observed {
  /** By message: the way it came by, what its callers were told, and when its first submission began (real milliseconds). */
  messages: { sender: Sender; messageIds: Set<string>; faults: string[]; submittedAt: number }[];
  /** When each execution last changed, by its name, real milliseconds. */
  lastChange: ReadonlyMap<string, number>;
  kills: { function: string; when: "on arrival" | "at a random moment" }[];
  realMs: number;
  localMs: number;
}

/** Large, for at the end of each the machine waits for the last few; small enough for the clock, which goes through its timers. */
const waveSize = 2_500;
/** Enough to keep two cores busy. */
const submissionsAtOnce = 12;
const batchSize = 25;
/** Meta's and CloudWatch's last tries, and a receipt's last visit to its queue. */
const longestEchoMs = 2 * 3_600_000;

export const bodyOf = (name: string, index: number) => `Storm ${name} #${index}`;

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

/** Submits by each message's way, a bounded number at a time; batches go out when they are full. */
class Submitter {
  readonly #system: System;
  readonly #senders: ReadonlyMap<Sender, Submit>;
  readonly #observed: Observed;
  readonly #name: string;
  readonly #running = new Set<Promise<void>>();
  readonly #batches = new Map<Sender, { index: number; submission: Submission }[]>();

  constructor(system: System, senders: ReadonlyMap<Sender, Submit>, observed: Observed, name: string) {
    this.#system = system;
    this.#senders = senders;
    this.#observed = observed;
    this.#name = name;
  }

  async add(index: number, planned: PlannedMessage): Promise<void> {
    const submission = {
      idempotencyKey: `${this.#name}-${index}`,
      message: requestOf(bodyOf(this.#name, index), index, planned, this.#system.clock.now()),
    };
    const sender = this.#observed.messages[index]?.sender ?? "http";
    for (let copy = 0; copy < planned.copies; copy++)
      if (sender === "http") await this.#submit(sender, [{ index, submission }]);
      else {
        const batch = this.#batches.get(sender) ?? [];
        batch.push({ index, submission });
        this.#batches.set(sender, batch);
        if (batch.length >= batchSize) await this.#flush(sender);
      }
    if (planned.cancelAfterMs !== null) this.#cancelLater(index, planned.cancelAfterMs);
  }

  async end(): Promise<void> {
    for (const sender of this.#batches.keys()) await this.#flush(sender);
    await Promise.all(this.#running);
  }

  async #flush(sender: Sender): Promise<void> {
    const batch = this.#batches.get(sender) ?? [];
    this.#batches.delete(sender);
    if (batch.length > 0) await this.#submit(sender, batch);
  }

  async #submit(sender: Sender, batch: { index: number; submission: Submission }[]): Promise<void> {
    while (this.#running.size >= submissionsAtOnce) await Promise.race(this.#running);
    const entries = batch.flatMap(({ index }) => this.#observed.messages[index] ?? []);
    for (const entry of entries) entry.submittedAt = Math.min(entry.submittedAt, performance.now());
    const running: Promise<void> = (this.#senders.get(sender) as Submit)(
      batch.map(({ submission }) => submission),
    )
      .then(
        (ids) => {
          for (const [position, id] of ids.entries())
            if (id !== undefined) entries[position]?.messageIds.add(id);
        },
        (error: unknown) => {
          for (const { faults } of entries)
            faults.push(error instanceof Error ? error.message : String(error));
        },
      )
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** By the id that its caller was told; a sender to the queue has none to cancel by. */
  #cancelLater(index: number, afterMs: number): void {
    this.#system.clock.schedule(afterMs, async () => {
      const [messageId] = this.#observed.messages[index]?.messageIds ?? [];
      if (messageId === undefined) return;
      for (let tries = 0, status = 0; tries < 10 && status !== 202; tries++)
        ({ status } = await post(this.#system, `/messages/${messageId}`, undefined, {}, "DELETE"));
    });
  }
}

function requestOf(body: string, index: number, planned: PlannedMessage, now: number): object {
  const { rules, without, expiresInSeconds } = planned;
  const { phoneNumber, fbMessengerId, appDevices } = customerOf(index);
  return {
    to: {
      phoneNumber,
      ...(without === "fbMessenger" ? {} : { fbMessengerId }),
      ...(without === "appMessaging" ? {} : { appDevices }),
    },
    title: "Storm",
    body,
    rules,
    metadata: { storm: index },
    ...(expiresInSeconds === null
      ? {}
      : { expiresOn: new Date(now + expiresInSeconds * 1000).toISOString() }),
  };
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
