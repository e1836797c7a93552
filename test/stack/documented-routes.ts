/** That the API's document and a template have the same routes, and the same of them without an API key. */
import type { Template } from "aws-cdk-lib/assertions";
import { expect } from "vitest";
import { operationsIn, readDocument } from "../contract/contract.ts";

const howToAdd = `infra/api.ts has these routes, and the API's document does not. For each, add
- to functions/api/openapi/operations.ts (receipts and webhooks: receipt-operations.ts) an Operation: its \`route\` as it stands here,
  an \`id\`, a \`summary\`, who may call, its parameters, and its \`answers\` by status;
- to \`sources\` in functions/api/openapi/schemas.ts the schema of its body, the one that validates, and those of its answers, which
  stand in functions/api/openapi/answers.ts;
- to functions/api/openapi/examples.ts an example of its body.`;

const howToDrop = `functions/api/openapi/operations.ts (or receipt-operations.ts) has these operations, and infra/api.ts has no route for them.
Add the route there, or take the operation out.`;

const howToOpen = `These routes are without an API key on one side alone: \`caller\` in functions/api/openapi/operations.ts says who may
call, the last argument of route() in infra/api.ts does it.`;

export function expectDocumented(template: Template, given: unknown): void {
  const deployed = Object.values(template.findResources("AWS::ApiGatewayV2::Route")).map(
    ({ Properties }): { RouteKey: string; AuthorizationType: string } => Properties,
  );
  const operations = operationsIn(readDocument(given)).map(({ route, operation }) => ({
    route: route.includes(" /cpaas/") ? omnichannelRoute : route,
    operation,
  }));
  const routes = deployed.map(({ RouteKey }) => RouteKey);
  const documented = operations.map(({ route }) => route);
  expect(without(routes, [...documented, omnichannelInSpaces]), howToAdd).toEqual([]);
  expect(without(documented, routes), howToDrop).toEqual([]);

  const open = deployed.filter(({ AuthorizationType }) => AuthorizationType === "NONE");
  const documentedOpen = operations.filter(
    ({ operation: { security } }) => !security.some((one) => "apiKey" in one),
  );
  expect(documentedOpen.map(({ route }) => route).sort(), howToOpen).toEqual(
    open.map(({ RouteKey }) => RouteKey).sort(),
  );
}

/** The Omnichannel API has a table of routes of its own behind these two, of which the document describes the first. */
const omnichannelRoute = "ANY /cpaas/{path+}";
const omnichannelInSpaces = "ANY /apispaces/{apiSpaceId}/{path+}";

const without = (all: readonly string[], some: readonly string[]) => all.filter((one) => !some.includes(one));
