/**
 * An upgrade replaces nothing that has state: what `stateful-resources.json` lists by the version that first had it is in the
 * template under the same logical id, with the same keys and names. What is new is added to the list by hand.
 */
import { beforeAll, expect, it } from "vitest";
import localSettings from "../../infra/local/settings.json" with { type: "json" };
import { type Resource, statefulIn } from "./stateful.ts";
import list from "./stateful-resources.json" with { type: "json" };
import { synthesize } from "./synthesize.ts";

const listed: Readonly<Record<string, string>> = Object.assign({}, ...Object.values(list));
let everything: Record<string, Resource>;
beforeAll(() => {
  everything = synthesize(localSettings).toJSON().Resources;
});

/** What an upgrade to a stack of these would lose, or begin anew. */
function changesIn(resources: Record<string, Resource>) {
  const found = statefulIn(resources);
  const known = Object.keys(listed);
  return {
    lost: known.filter((logicalId) => found[logicalId] === undefined),
    replaced: known.filter((id) => found[id] !== undefined && found[id] !== listed[id]),
    unlisted: Object.entries(found).filter(([logicalId]) => listed[logicalId] === undefined),
  };
}

it("keeps every resource with state, and the functions that waiting executions call", () => {
  expect(changesIn(everything)).toEqual({ lost: [], replaced: [], unlisted: [] });
});

it.each([
  ["TablesContactsF93627A8", { KeySchema: [{ AttributeName: "contact", KeyType: "HASH" }] }],
  ["TablesProfiles742D2D94", { TableName: "profiles" }],
  ["TablesMessages5F3A57D1", { StreamSpecification: { StreamViewType: "KEYS_ONLY" } }],
  ["IngestMessagesQueue4BCA0FB7", { FifoQueue: true }],
  ["RoutingSms6CB9A85C", { FunctionName: "sms" }],
])("sees that %s would be replaced or lost", (logicalId, change) => {
  const { [logicalId]: resource, ...rest } = everything;
  if (resource === undefined) throw new Error(`the template has no ${logicalId}`);
  const changed = { ...resource, Properties: { ...resource.Properties, ...change } };
  expect(changesIn({ ...rest, [logicalId]: changed })).toMatchObject({ replaced: [logicalId] });
  expect(changesIn({ ...rest, [`${logicalId}New`]: resource })).toMatchObject({ lost: [logicalId] });
});
