/** Submits the messages of a storm, each by its way, cancels those that the plan says, and lets customers opt out. */
import * as v from "valibot";
import type { System } from "../../infra/local/system.ts";
import { hostileRequest } from "./hostile.ts";
import type { Observed } from "./observed.ts";
import { customerOf, type PlannedMessage, type Sender } from "./plan.ts";
import { post, type Submission, type Submit } from "./senders.ts";

/** Enough to keep two cores busy. */
const submissionsAtOnce = 12;
const batchSize = 25;

export const bodyOf = (name: string, index: number, { text }: Pick<PlannedMessage, "text">) =>
  `Storm ${name} #${index}${text}`;

interface Waiting {
  index: number;
  submission: Submission;
  /** It must be refused. */
  isHostile: boolean;
}

/** Submits by each message's way, a bounded number at a time; batches go out when they are full. */
export class Submitter {
  readonly #system: System;
  readonly #senders: ReadonlyMap<Sender, Submit>;
  readonly #observed: Observed;
  readonly #name: string;
  readonly #running = new Set<Promise<void>>();
  readonly #batches = new Map<Sender, Waiting[]>();

  constructor(system: System, senders: ReadonlyMap<Sender, Submit>, observed: Observed, name: string) {
    this.#system = system;
    this.#senders = senders;
    this.#observed = observed;
    this.#name = name;
  }

  async add(index: number, planned: PlannedMessage): Promise<void> {
    const submission = {
      idempotencyKey: `${this.#name}-${index}`,
      message: requestOf(bodyOf(this.#name, index, planned), index, planned, this.#system.clock.now()),
    };
    const sender = this.#observed.messages[index]?.sender ?? "http";
    if (planned.hostile !== null) {
      const message = hostileRequest(index, planned.hostile);
      await this.#put(sender, {
        index,
        submission: { idempotencyKey: `hostile-${this.#name}-${index}`, message },
        isHostile: true,
      });
    }
    for (let copy = 0; copy < planned.copies; copy++)
      await this.#put(sender, { index, submission, isHostile: false });
    if (planned.cancelAfterMs !== null) this.#cancelLater(index, planned.cancelAfterMs);
    if (planned.optOut !== null) this.#optOutLater(index, planned.optOut);
  }

  async #put(sender: Sender, one: Waiting): Promise<void> {
    if (sender === "http") return this.#submit(sender, [one]);
    const batch = this.#batches.get(sender) ?? [];
    batch.push(one);
    this.#batches.set(sender, batch);
    if (batch.length >= batchSize) await this.#flush(sender);
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

  async #submit(sender: Sender, batch: readonly Waiting[]): Promise<void> {
    while (this.#running.size >= submissionsAtOnce) await Promise.race(this.#running);
    const entries = batch.map(({ index }) => this.#observed.messages[index] as Observed["messages"][number]);
    for (const entry of entries) entry.submittedAt = Math.min(entry.submittedAt, performance.now());
    const running: Promise<void> = (this.#senders.get(sender) as Submit)(
      batch.map(({ submission }) => submission),
    )
      .then(
        (answers) => {
          for (const [position, { messageId, refusal }] of answers.entries()) {
            const { messageIds, faults, refusals } = entries[position] as (typeof entries)[number];
            if (!batch[position]?.isHostile) {
              if (messageId !== undefined) messageIds.add(messageId);
              if (refusal !== undefined) refusals.push(refusal);
            } else if (sender !== "queue" && refusal === undefined)
              faults.push(`the hostile message before it was taken: ${messageId}`);
          }
        },
        (error: unknown) => {
          for (const { faults } of entries)
            faults.push(error instanceof Error ? error.message : String(error));
        },
      )
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** By the id that its caller was answered; a sender to the queue has none to cancel by. */
  #cancelLater(index: number, afterMs: number): void {
    this.#system.clock.schedule(afterMs, async () => {
      const [messageId] = this.#observed.messages[index]?.messageIds ?? [];
      if (messageId === undefined) return;
      for (let tries = 0, status = 0; tries < 10 && status !== 202; tries++)
        ({ status } = await post(this.#system, `/messages/${messageId}`, undefined, {}, "DELETE"));
    });
  }

  #optOutLater(index: number, { channel, afterMs }: NonNullable<PlannedMessage["optOut"]>): void {
    const { phoneNumber, fbMessengerId, email } = customerOf(index);
    const to =
      channel === "fbMessenger" ? { fbMessengerId } : channel === "email" ? { email } : { phoneNumber };
    this.#system.clock.schedule(afterMs, async () => {
      for (let tries = 0; tries < 10; tries++) {
        const { body } = await post(this.#system, "/consents", [{ to, channel, state: "opted-out" }]);
        if (!v.is(recorded, body)) continue;
        const observed = this.#observed.messages[index];
        if (observed) observed.optedOutAt = new Date(this.#system.clock.now()).toISOString();
        return;
      }
    });
  }
}

const recorded = v.looseObject({ results: v.tuple([v.looseObject({ status: v.literal(200) })]) });

function requestOf(body: string, index: number, planned: PlannedMessage, now: number): object {
  const { rules, without, expiresInSeconds } = planned;
  const { phoneNumber, fbMessengerId, appDevices, email } = customerOf(index);
  return {
    to: {
      phoneNumber,
      email,
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
