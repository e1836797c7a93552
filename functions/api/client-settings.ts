/** `PUT` and `GET /settings`: what a client sets for all its messages. */
import { createDynamoDb } from "../aws/dynamodb.ts";
import { guarded } from "../http/guard.ts";
import { type HttpEvent, type HttpResult, httpHandler, json, readJson } from "../http/handler.ts";
import { validate } from "../http/validate.ts";
import { environment } from "../shared/environment.ts";
import { type ClientsTable, createClientsTable } from "../storage/clients-table.ts";
import { settingsRequest } from "./settings-request.ts";

export function createClientSettings(clients: Pick<ClientsTable, "settings" | "putSettings">) {
  return async (event: HttpEvent): Promise<HttpResult> => {
    const { client } = event.requestContext.authorizer.lambda;
    if (event.requestContext.http.method !== "PUT") return json(200, await clients.settings(client));
    const settings = validate(settingsRequest, readJson(event));
    await clients.putSettings(client, settings);
    return json(200, settings);
  };
}

export const handler = httpHandler(() =>
  guarded(
    { scope: "settings" },
    createClientSettings(createClientsTable(createDynamoDb(), environment("CLIENTS_TABLE"))),
  ),
);
