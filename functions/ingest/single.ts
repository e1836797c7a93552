/** `POST /messages` and `POST /messages/plan`. */
import { guarded } from "../http/guard.ts";
import { type HttpEvent, type HttpResult, httpHandler, json, readJson } from "../http/handler.ts";
import { accept } from "./accept.ts";
import { createStart, ingestDependencies } from "./dependencies.ts";
import type { IngestDependencies } from "./ingest-dependencies.ts";
import { describePlan, planMessage } from "./plan.ts";

export function createIngest(dependencies: IngestDependencies) {
  return async (event: HttpEvent): Promise<HttpResult> => {
    const { client } = event.requestContext.authorizer.lambda;
    const request = readJson(event);
    if (event.routeKey === "POST /messages/plan")
      return json(200, await planOnly(client, request, dependencies));
    const idempotencyKey = event.headers["idempotency-key"];
    const accepted = await accept(client, request, { idempotencyKey }, dependencies);
    return json(201, accepted, { location: `/messages/${accepted.messageId}` });
  };
}

async function planOnly(client: string, request: unknown, dependencies: IngestDependencies) {
  const planning = await planMessage(client, request, dependencies);
  if ("refused" in planning) throw planning.refused;
  const { route, content, country } = planning.planned;
  return describePlan(route, content, country);
}

export const handler = httpHandler(() =>
  guarded({ scope: "send" }, createIngest({ ...ingestDependencies(), start: createStart() })),
);
