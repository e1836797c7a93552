/** `PUT` and `GET /settings`: what a client sets for all its messages. */
import { createDynamoDb } from "../aws/dynamodb.ts";
import { channelById } from "../channels/registry.ts";
import { type ClientSettings, clientSettings } from "../domain/customer/client-settings.ts";
import type { Fault } from "../domain/fault.ts";
import { guarded } from "../http/guard.ts";
import { type HttpEvent, type HttpResult, httpHandler, json, readJson } from "../http/handler.ts";
import { maxFaults, notValid, truncateFaults } from "../http/problem.ts";
import { validate } from "../http/validate.ts";
import { environment } from "../shared/environment.ts";
import { type ClientsTable, createClientsTable } from "../storage/clients-table.ts";

export function createClientSettings(clients: Pick<ClientsTable, "settings" | "putSettings">) {
  return async (event: HttpEvent): Promise<HttpResult> => {
    const { client } = event.requestContext.authorizer.lambda;
    if (event.requestContext.http.method !== "PUT") return json(200, await clients.settings(client));
    const settings = validate(clientSettings, readJson(event));
    refuseUnknownChannels(settings);
    await clients.putSettings(client, settings);
    return json(200, settings);
  };
}

/** Throws a Problem (400) that names each unknown channel. */
function refuseUnknownChannels({ quietHours = [] }: ClientSettings): void {
  const faults: Fault[] = quietHours.flatMap(({ channels: named = [] }, entry) =>
    named.flatMap((id, index) =>
      channelById.has(id)
        ? []
        : [
            {
              path: `quietHours[${entry}].channels[${index}]`,
              code: "invalid",
              message: `must be a channel: ${[...channelById.keys()].join(", ")}`,
            },
          ],
    ),
  );
  if (faults.length > 0) throw notValid(...truncateFaults(faults, maxFaults));
}

export const handler = httpHandler(() =>
  guarded(
    { scope: "settings" },
    createClientSettings(createClientsTable(createDynamoDb(), environment("CLIENTS_TABLE"))),
  ),
);
