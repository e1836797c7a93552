/** The local Scheduler: what it takes, what it refuses as AWS does, and what it does at the time. */
import { beforeEach, expect, it } from "vitest";
import { Scheduler } from "../../infra/local/aws/scheduler.ts";
import { createClock } from "../../infra/local/clock.ts";
import { Stack } from "../../infra/local/cloudformation.ts";

const queue = "arn:aws:sqs:us-east-1:000000000000:starts";
const dead = "arn:aws:sqs:us-east-1:000000000000:dead";
const hour = 3_600_000;

let clock: ReturnType<typeof createClock>;
let scheduler: Scheduler;
let sent: { queueArn: string; text: string; roleArn: string; after: number }[];
let isDown: boolean;
let begun: number;
beforeEach(() => {
  clock = createClock();
  clock.pauseClock();
  begun = clock.now();
  sent = [];
  isDown = false;
  scheduler = new Scheduler({
    clock,
    send: async (queueArn, text, roleArn) => {
      if (isDown && queueArn === queue) throw new Error("the queue is down");
      sent.push({ queueArn, text, roleArn, after: clock.now() - begun });
    },
    warn: () => {},
  });
  const group = { Type: "AWS::Scheduler::ScheduleGroup", Properties: { Name: "later" } };
  scheduler.load(new Stack({ Resources: { Later: group }, Outputs: {} }, "S", "http://api"));
});

const at = (milliseconds: number) =>
  `at(${new Date(Math.ceil((begun + milliseconds) / 1000) * 1000).toISOString().slice(0, 19)})`;
const schedule = (changes: object = {}) => ({
  GroupName: "later",
  Name: "m1",
  ScheduleExpression: at(hour),
  FlexibleTimeWindow: { Mode: "OFF" },
  ActionAfterCompletion: "DELETE",
  Target: { Arn: queue, RoleArn: "role", Input: '{"messageId":"m1"}', DeadLetterConfig: { Arn: dead } },
  ...changes,
});
const named = { GroupName: "later", Name: "m1" };
const names = () =>
  (scheduler.handle("ListSchedules", {}) as { Schedules: { Name: string }[] }).Schedules.map(
    ({ Name }) => Name,
  );

it("puts its input on the queue at its time, with its role, and is gone", async () => {
  scheduler.handle("CreateSchedule", schedule());
  expect(scheduler.handle("GetSchedule", named)).toMatchObject({ Name: "m1", ScheduleExpression: at(hour) });
  await clock.pass(hour - 1000);
  expect([names(), sent]).toEqual([["m1"], []]);
  const { timers } = await clock.pass(2000);
  expect(timers.schedule).toBe(1);
  expect(sent).toMatchObject([{ queueArn: queue, text: '{"messageId":"m1"}', roleArn: "role" }]);
  expect(names()).toEqual([]);
});

it("a schedule that is deleted never comes", async () => {
  scheduler.handle("CreateSchedule", schedule());
  scheduler.handle("DeleteSchedule", named);
  await clock.pass(2 * hour);
  expect([names(), sent]).toEqual([[], []]);
});

it("a queue that is down is tried until it is there, or for a day", async () => {
  isDown = true;
  scheduler.handle("CreateSchedule", schedule());
  await clock.pass(21 * hour);
  expect(sent).toEqual([]);
  isDown = false;
  await clock.pass(hour);
  expect(sent).toMatchObject([{ queueArn: queue }]);
  isDown = true;
  scheduler.handle("CreateSchedule", schedule({ ScheduleExpression: at(23 * hour) }));
  await clock.pass(26 * hour);
  expect(sent.slice(1)).toMatchObject([{ queueArn: dead, text: '{"messageId":"m1"}' }]);
});

it.each<[string, string, () => object, string]>([
  ["one that is there already", "CreateSchedule", () => schedule(), "ConflictException"],
  [
    "a time that is past",
    "CreateSchedule",
    () => schedule({ Name: "m2", ScheduleExpression: at(-hour) }),
    "ValidationException",
  ],
  [
    "a day that does not exist",
    "CreateSchedule",
    () => schedule({ Name: "m2", ScheduleExpression: "at(2030-02-30T00:00:99)" }),
    "ValidationException",
  ],
  [
    "a group that does not exist",
    "CreateSchedule",
    () => schedule({ GroupName: "other" }),
    "ResourceNotFoundException",
  ],
  ["one that is not there", "GetSchedule", () => ({ Name: "m2" }), "ResourceNotFoundException"],
  ["one that is not there", "DeleteSchedule", () => ({ Name: "m2" }), "ResourceNotFoundException"],
  ["what it does not know", "UpdateSchedule", () => schedule(), "UnknownOperationException"],
])("refuses %s (%s)", (_, action, input, code) => {
  scheduler.handle("CreateSchedule", schedule());
  expect(() => scheduler.handle(action, input())).toThrow(expect.objectContaining({ code }));
});

it.each([
  ["a cron expression", { ScheduleExpression: "cron(0 9 * * ? *)" }, "one-time schedules only"],
  [
    "another target",
    { Target: { Arn: "arn:aws:lambda:us-east-1:000000000000:function:f", RoleArn: "r" } },
    "queues as targets only",
  ],
  ["a window", { FlexibleTimeWindow: { Mode: "FLEXIBLE" } }, "no flexible windows"],
  ["a name that is too long", { Name: "m".repeat(65) }, "1 to 64 letters"],
])("refuses %s, and says so", (_, changes, words) => {
  expect(() => scheduler.handle("CreateSchedule", schedule(changes))).toThrow(words);
});
