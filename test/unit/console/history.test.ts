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
  it("are one for each visit of a state, with the console's statuses", () => {
    expect(stepsOf(fallback).map(({ name, type, status }) => `${name} (${type}): ${status}`)).toEqual([
      "Next channel (Choice): Succeeded",
      "WhatsApp (Task): Caught error",
      "Next channel (Choice): Succeeded",
      "SMS (Task): Succeeded",
    ]);
  });

  it("hold input, output, error, resource and times", () => {
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

  it("tell when the window of a waiting task ends, and no longer once it is over", () => {
    const waiting = executionOf("RUNNING", [
      ...choice(),
      enters("Task", "SMS"),
      schedules(600),
      ["TaskStarted"],
    ]);
    expect(stepsOf(waiting).at(-1)).toMatchObject({ status: "In progress", deadline: 604 });
    expect(stepsOf(fallback).filter(({ deadline }) => deadline !== undefined)).toEqual([]);
  });

  it("count retries, and a retry that succeeds is no caught error", () => {
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
    { status: "ABORTED", type: "ExecutionAborted", expected: "Canceled" },
    { status: "TIMED_OUT", type: "ExecutionTimedOut", expected: "Timed out" },
  ] as const)("end $expected where the execution ends $status", ({ status, type, expected }) => {
    const ended = executionOf(status, [
      ...choice(),
      enters("Fail", "Message failed"),
      [type, { error: "Undeliverable" }],
    ]);
    expect(stepsOf(ended).at(-1)?.status).toBe(expected);
  });
});

describe("the graph's colours and ways", () => {
  it("show the last visit of a state and how many there were", () => {
    expect(visitsOf(stepsOf(fallback)).get("Next channel")).toEqual({ status: "Succeeded", count: 2 });
  });

  it("are those that were taken, to the end only where it ended", () => {
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
