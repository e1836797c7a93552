/** `POST /messages` and `POST /messages/plan`. */
import * as v from "valibot";
import { environment } from "../aws/client.ts";
import { createContactsTable } from "../aws/contacts-table.ts";
import { createDynamoDb } from "../aws/dynamodb.ts";
import { createMessagesTable } from "../aws/messages-table.ts";
import { createProfilesTable } from "../aws/profiles-table.ts";
import { createStepFunctionsClient, startExecution } from "../aws/step-functions.ts";
import { channelById } from "../channels/registry.ts";
import { type HttpEvent, type HttpResult, httpHandler, json, readJson } from "../http/problem.ts";
import { accept, type IngestDependencies, prepare } from "./accept.ts";

export function createIngest(dependencies: IngestDependencies) {
  return async (event: HttpEvent): Promise<HttpResult> => {
    const { client } = event.requestContext.authorizer.lambda;
    const request = readJson(event);
    if (event.routeKey === "POST /messages/plan")
      return json(200, (await prepare(client, request, dependencies)).plan);
    const accepted = await accept(client, request, event.headers["idempotency-key"], dependencies);
    return json(201, accepted, { location: `/messages/${accepted.messageId}` });
  };
}

const absentChannels = v.record(v.string(), v.string());
const windows = v.record(v.string(), v.number());
const priceTable = v.record(v.string(), v.record(v.string(), v.pipe(v.string(), v.decimal())));

function fromEnvironment(): IngestDependencies {
  const dynamoDb = createDynamoDb();
  const stepFunctions = createStepFunctionsClient();
  const stateMachineArn = environment("STATE_MACHINE_ARN");
  const retentionDays = Number(environment("RETENTION_DAYS"));
  return {
    messages: createMessagesTable(dynamoDb, environment("MESSAGES_TABLE")),
    profiles: createProfilesTable(dynamoDb, environment("PROFILES_TABLE")),
    contacts: createContactsTable(dynamoDb, environment("CONTACTS_TABLE"), retentionDays),
    startExecution: (name, input) => startExecution(stepFunctions, stateMachineArn, name, input),
    bench: {
      channels: channelById,
      absent: v.parse(absentChannels, JSON.parse(environment("ABSENT_CHANNELS"))),
      windows: v.parse(windows, JSON.parse(environment("WINDOWS"))),
    },
    prices: v.parse(priceTable, JSON.parse(environment("PRICES"))),
    retentionDays,
    now: () => new Date(),
  };
}

export const handler = httpHandler(() => createIngest(fromEnvironment()));
