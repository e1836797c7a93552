/** `POST /messages` and `POST /messages/plan`. */
import { guarded } from "../http/guard.ts";
import { type HttpEvent, type HttpResult, httpHandler, json, readJson } from "../http/problem.ts";
import { accept, type IngestDependencies, prepare } from "./accept.ts";
import { ingestDependencies, startNowOrLater } from "./dependencies.ts";

export function createIngest(dependencies: IngestDependencies) {
  return async (event: HttpEvent): Promise<HttpResult> => {
    const { client } = event.requestContext.authorizer.lambda;
    const request = readJson(event);
    if (event.routeKey === "POST /messages/plan")
      return json(200, (await prepare(client, request, dependencies)).plan);
    const idempotencyKey = event.headers["idempotency-key"];
    const accepted = await accept(client, request, { idempotencyKey }, dependencies);
    return json(201, accepted, { location: `/messages/${accepted.messageId}` });
  };
}

export const handler = httpHandler(() =>
  guarded({ scope: "send" }, createIngest({ ...ingestDependencies(), start: startNowOrLater() })),
);
