import { describe, expect, it } from "vitest";
import {
  endNode,
  startNode,
  stepsOf,
  visitsOf,
  wayOf,
  waysOf,
} from "../../../infra/local/console/page/history.ts";
import { choice, enters, executionOf, exits, fails, schedules } from "./executions-of.ts";

const fallback = executionOf("SUCCEEDED", [
  ["ExecutionStarted", { input: "{}" }],
  ...choice(),
  enters("Task", "WhatsApp"),
  schedules(300),
  ["TaskStarted"],
  fails("NotRegistered"),
  exits("Task", "WhatsApp"),
  ...choice(),
  enters("Task", "SMS"),
  schedules(600),
  ["TaskStarted"],
  ["TaskSucceeded", { output: "{}" }],
  exits("Task", "SMS"),
  ["ExecutionSucceeded", { output: "{}" }],
]);

describe("the steps of an execution", () => {
  it("each visit of a state is one step, with the status that the AWS console shows", () => {
    expect(stepsOf(fallback).map(({ name, type, status }) => `${name} (${type}): ${status}`)).toEqual([
      "Next channel (Choice): Succeeded",
      "WhatsApp (Task): Caught error",
      "Next channel (Choice): Succeeded",
      "SMS (Task): Succeeded",
    ]);
  });

  it("steps have input, output, error, resource and times", () => {
    expect(stepsOf(fallback)[1]).toMatchObject({
      input: '{"at":"WhatsApp"}',
      output: '{"done":true}',
      error: "NotRegistered",
      resource: "lambda:invoke.waitForTaskToken",
      enteredAt: 4,
      exitedAt: 8,
      retries: 0,
    });
  });

  it("a waiting task shows when its window ends, and no longer once it is over", () => {
    const waiting = executionOf("RUNNING", [
      ...choice(),
      enters("Task", "SMS"),
      schedules(600),
      ["TaskStarted"],
    ]);
    expect(stepsOf(waiting).at(-1)).toMatchObject({ status: "In progress", deadline: 604 });
    expect(stepsOf(fallback).filter(({ deadline }) => deadline !== undefined)).toEqual([]);
  });

  it("retries are counted, and a retry that succeeds is not a caught error", () => {
    const retried = executionOf("SUCCEEDED", [
      enters("Task", "SMS"),
      schedules(600),
      fails("Throttled"),
      schedules(600),
      ["TaskSucceeded", {}],
      exits("Task", "SMS"),
      ["ExecutionSucceeded"],
    ]);
    expect(stepsOf(retried)).toMatchObject([{ status: "Succeeded", retries: 1 }]);
  });

  it.each([
    { status: "FAILED", type: "ExecutionFailed", expected: "Failed" },
    { status: "ABORTED", type: "ExecutionAborted", expected: "Stopped" },
    { status: "TIMED_OUT", type: "ExecutionTimedOut", expected: "Timed out" },
  ] as const)("the last step is $expected where the execution is $status", ({ status, type, expected }) => {
    const ended = executionOf(status, [
      ...choice(),
      enters("Fail", "Message failed"),
      [type, { error: "Undeliverable" }],
    ]);
    expect(stepsOf(ended).at(-1)?.status).toBe(expected);
  });
});

describe("the colours and transitions of the graph", () => {
  it("a state shows its last visit and how many visits there were", () => {
    expect(visitsOf(stepsOf(fallback)).get("Next channel")).toEqual({ status: "Succeeded", count: 2 });
  });

  it("transitions that were taken are marked, and the one to the end only where the execution ended", () => {
    const steps = stepsOf(fallback);
    expect([...waysOf(steps, "SUCCEEDED")]).toEqual([
      wayOf(startNode, "Next channel"),
      wayOf("Next channel", "WhatsApp"),
      wayOf("WhatsApp", "Next channel"),
      wayOf("Next channel", "SMS"),
      wayOf("SMS", endNode),
    ]);
    expect(waysOf(steps, "RUNNING")).not.toContain(wayOf("SMS", endNode));
  });
});
