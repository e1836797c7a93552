/** `npm run verify -- template`: findings of others' tools that are no faults are counted, every other one fails the check. */
import { expect, it } from "vitest";
import { judge } from "../../../infra/commands/verify/template.ts";

const known = { rule: "W3005", what: "Resources/X: dependency already enforced by a 'GetAtt'" };

it("findings that were looked into are counted, and none at all says nothing", () => {
  expect(judge([])).toBeUndefined();
  expect(judge([known, known])).toMatch(/^2 findings that are no faults/);
});

it("a finding of another rule, or of a known rule about something else, fails with its text", () => {
  expect(() => judge([known, { rule: "E3002", what: "Resources/Y: no such property" }])).toThrow(
    "E3002 Resources/Y: no such property",
  );
  expect(() => judge([{ rule: "RESOURCE_STAR", what: 'Z.json: ["dynamodb:PutItem"]' }])).toThrow(
    "dynamodb:PutItem",
  );
});
