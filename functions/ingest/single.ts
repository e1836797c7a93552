/** `POST /messages`, `POST /messages/plan` and `POST /messages/{messageId}/resend`. */
import { guarded } from "../http/guard.ts";
import { type HttpEvent, type HttpResult, httpHandler, json, readJson } from "../http/handler.ts";
import { validate } from "../http/validate.ts";
import { type Acceptance, accept, replayed } from "./accept.ts";
import { createStart, ingestDependencies } from "./dependencies.ts";
import type { IngestDependencies } from "./ingest-dependencies.ts";
import { describePlan, planMessage } from "./plan.ts";
import { sendRequest } from "./request.ts";
import { resend } from "./resend.ts";

export function createIngest(dependencies: IngestDependencies) {
  return async (event: HttpEvent): Promise<HttpResult> => {
    if (event.routeKey === "POST /messages/{messageId}/resend")
      return created(await resend(event, dependencies));
    const { client, scopes, test: isTest } = event.requestContext.authorizer.lambda;
    const mayReplace = scopes.includes("profiles");
    const request = readJson(event);
    if (event.routeKey === "POST /messages/plan")
      return json(200, await planOnly(client, request, isTest, dependencies));
    const idempotencyKey = event.headers["idempotency-key"];
    return created(await accept(client, request, { idempotencyKey, mayReplace, isTest }, dependencies));
  };
}

const created = ({ accepted, isReplayed }: Acceptance) =>
  json(201, accepted, {
    location: `/messages/${accepted.messageId}`,
    ...(isReplayed ? replayed : {}),
  });

async function planOnly(
  client: string,
  input: unknown,
  isTest: boolean | undefined,
  dependencies: IngestDependencies,
) {
  const planning = await planMessage(client, validate(sendRequest, input), dependencies, { isTest });
  if ("refused" in planning) throw planning.refused;
  const { route, content, country, capCheck, sendAt } = planning.planned;
  const timed = { ...content, ...(sendAt && { sendAt: sendAt.toISOString() }) };
  const plan = describePlan(route, timed, country, dependencies.deployment);
  return {
    ...plan,
    ...(isTest ? { test: true } : {}),
    ...(capCheck === undefined ? {} : { caps: capCheck.states }),
  };
}

export const handler = httpHandler(() =>
  guarded({ scope: "send" }, createIngest({ ...ingestDependencies(), start: createStart() })),
);
