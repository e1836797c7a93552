/**
 * The part of EventBridge Scheduler that the functions and a user of the AWS CLI need, on the local clock: one-time schedules in
 * the template's groups, each of which puts its input on a queue. AWS does so up to a minute later.
 * https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
 */
import * as v from "valibot";
import type { Clock, Timer } from "../clock.ts";
import { accountId, region, type Stack } from "../cloudformation.ts";
import { Pending } from "../pending.ts";
import { ServiceError } from "./service-error.ts";

const name = v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/, "must have 1 to 64 letters, digits, _, - or ."));
const named = v.looseObject({ GroupName: v.optional(name, "default"), Name: name });
const queueArn = v.pipe(v.string(), v.startsWith("arn:aws:sqs:", "the local run has queues as targets only"));
const onlyUtc = v.optional(v.literal("UTC", "the local run has UTC only"), "UTC");
const created = v.object({
  ...named.entries,
  ScheduleExpression: v.pipe(
    v.string(),
    v.regex(/^at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)$/, "the local run has one-time schedules only"),
  ),
  ScheduleExpressionTimezone: onlyUtc,
  FlexibleTimeWindow: v.object({ Mode: v.literal("OFF", "the local run has no flexible windows") }),
  ActionAfterCompletion: v.optional(v.picklist(["NONE", "DELETE"]), "NONE"),
  Target: v.object({
    Arn: queueArn,
    RoleArn: v.string(),
    Input: v.optional(v.string(), ""),
    DeadLetterConfig: v.optional(v.object({ Arn: queueArn })),
    RetryPolicy: v.optional(
      v.object({
        MaximumEventAgeInSeconds: v.optional(v.pipe(v.number(), v.minValue(60), v.maxValue(86_400)), 86_400),
        MaximumRetryAttempts: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(185)), 185),
      }),
      {},
    ),
  }),
});
type Created = v.InferOutput<typeof created>;
const listed = v.looseObject({
  ScheduleGroup: v.optional(v.string()),
  NamePrefix: v.optional(v.string(), ""),
});

export interface SchedulerOptions {
  clock: Clock;
  /** Puts the text on the queue with the role; rejects where the role may not, or the queue is not there. */
  send: (queueArn: string, text: string, roleArn: string) => Promise<unknown>;
  warn: (text: string) => void;
}

export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #retries: Pending;
  readonly #groups = new Set(["default"]);
  readonly #schedules = new Map<string, { schedule: Created; timer: Timer }>();

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#retries = new Pending(options.clock);
  }

  load(stack: Stack): void {
    for (const { ref } of stack.ofType("AWS::Scheduler::ScheduleGroup")) this.#groups.add(ref);
  }

  /** @throws {ServiceError} as AWS refuses it; {ValiError} for what is malformed, or does not run here */
  handle(action: string, input: unknown): object {
    switch (action) {
      case "CreateSchedule":
        return this.#create(v.parse(created, input));
      case "GetSchedule": {
        const { schedule } = this.#find(input);
        return { Arn: arnOf(schedule), State: "ENABLED", ...schedule };
      }
      case "DeleteSchedule": {
        const { schedule } = this.#find(input);
        this.#remove(arnOf(schedule));
        return {};
      }
      case "ListSchedules": {
        const { ScheduleGroup, NamePrefix } = v.parse(listed, input);
        const Schedules = [...this.#schedules.values()].flatMap(({ schedule }) => {
          const { GroupName, Name, Target } = schedule;
          const isAsked = (ScheduleGroup ?? GroupName) === GroupName && Name.startsWith(NamePrefix);
          return isAsked ? [{ Arn: arnOf(schedule), GroupName, Name, Target: { Arn: Target.Arn } }] : [];
        });
        return { Schedules };
      }
      default:
        throw new ServiceError(
          "UnknownOperationException",
          "the local scheduler does not know this action",
          404,
        );
    }
  }

  stop(): void {
    this.#retries.drop();
  }

  #create(schedule: Created): object {
    const { GroupName, ScheduleExpression } = schedule;
    const ScheduleArn = arnOf(schedule);
    if (!this.#groups.has(GroupName)) throw notFound(`Schedule group ${GroupName} does not exist.`);
    if (this.#schedules.has(ScheduleArn))
      throw new ServiceError("ConflictException", `Schedule ${schedule.Name} already exists.`, 409);
    const leftMs = Date.parse(`${ScheduleExpression.slice("at(".length, -1)}Z`) - this.#options.clock.now();
    if (!(leftMs > 0)) throw new ServiceError("ValidationException", "The time must be in the future.");
    const timer = this.#options.clock.schedule(leftMs, () => this.#fire(schedule), "schedule");
    this.#schedules.set(ScheduleArn, { schedule, timer });
    return { ScheduleArn };
  }

  #find(input: unknown): { schedule: Created } {
    const asked = v.parse(named, input);
    const found = this.#schedules.get(arnOf(asked));
    if (found === undefined) throw notFound(`Schedule ${asked.Name} does not exist.`);
    return found;
  }

  #remove(arn: string): void {
    this.#schedules.get(arn)?.timer.clear();
    this.#schedules.delete(arn);
  }

  #fire(schedule: Created): void {
    const { Arn, RoleArn, Input, DeadLetterConfig, RetryPolicy } = schedule.Target;
    if (schedule.ActionAfterCompletion === "DELETE") this.#remove(arnOf(schedule));
    const sendTo = (queue: string) => this.#options.send(queue, Input, RoleArn);
    const giveUp = () => {
      if (DeadLetterConfig === undefined) return;
      sendTo(DeadLetterConfig.Arn).catch((error: unknown) => this.#options.warn(String(error)));
    };
    const attempt = () => sendTo(Arn).then(() => true);
    void this.#retries.retry(attempt, [...delaysOf(RetryPolicy)], giveUp);
  }
}

/** In milliseconds: each is twice the one before, from a second up to an hour. */
function* delaysOf({ MaximumEventAgeInSeconds, MaximumRetryAttempts }: Created["Target"]["RetryPolicy"]) {
  let age = 0;
  for (let retry = 0; retry < MaximumRetryAttempts; retry += 1) {
    const seconds = Math.min(2 ** retry, 3600);
    age += seconds;
    if (age > MaximumEventAgeInSeconds) return;
    yield seconds * 1000;
  }
}

const arnOf = ({ GroupName, Name }: Pick<Created, "GroupName" | "Name">) =>
  `arn:aws:scheduler:${region}:${accountId}:schedule/${GroupName}/${Name}`;
const notFound = (message: string) => new ServiceError("ResourceNotFoundException", message, 404);
