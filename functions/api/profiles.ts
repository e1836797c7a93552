/** `PUT`, `GET` and `DELETE /profiles/{profileId}`: what a client knows about a customer. Its consents are in `consents.ts`. */
import * as v from "valibot";
import { createDynamoDb } from "../aws/dynamodb.ts";
import {
  createPlatformClient,
  createPlatformEndpoints,
  type PlatformApplications,
} from "../aws/platform-endpoints.ts";
import { channels } from "../channels/registry.ts";
import { profileId as profileIdSchema, profile as profileSchema } from "../domain/customer/profile.ts";
import { guarded } from "../http/guard.ts";
import { type HttpEvent, type HttpResult, httpHandler, json, readJson } from "../http/handler.ts";
import { countItems } from "../http/items.ts";
import { Problem } from "../http/problem.ts";
import { orThrow, validate } from "../http/validate.ts";
import { withPhoneNumber } from "../ingest/phone-numbers.ts";
import { environment } from "../shared/environment.ts";
import { type ClientsTable, createClientsTable } from "../storage/clients-table.ts";
import { createConsentsTable } from "../storage/consents-table.ts";
import { createContactsTable } from "../storage/contacts-table.ts";
import { createCustomerRefs } from "../storage/customer-refs.ts";
import { createHabitsTable } from "../storage/habits-table.ts";
import { deployedHash } from "../storage/keyed-hash.ts";
import { createMessageLists } from "../storage/message-lists.ts";
import { createProfilesTable, type ProfilesTable } from "../storage/profiles-table.ts";
import { maxConsents } from "./consent-request.ts";
import { type ConsentsDependencies, createConsents, createConsentsImport } from "./consents.ts";
import { type DeleteProfileDependencies, deleteProfile } from "./delete-profile.ts";

const pathParameters = v.object({ profileId: profileIdSchema });

export interface ProfilesDependencies extends DeleteProfileDependencies {
  profiles: ProfilesTable;
  clients: Pick<ClientsTable, "settings">;
}

const ofConsents = "/profiles/{profileId}/consents/{channel}";

export function createProfiles(dependencies: ProfilesDependencies) {
  const { profiles, clients } = dependencies;
  return async (event: HttpEvent): Promise<HttpResult> => {
    const { client } = event.requestContext.authorizer.lambda;
    const { profileId } = validate(pathParameters, event.pathParameters);
    switch (event.requestContext.http.method) {
      case "PUT": {
        const given = validate(profileSchema, readJson(event));
        const profile = orThrow(withPhoneNumber(given, await clients.settings(client), "phoneNumber"));
        await profiles.replace(client, profileId, profile);
        return json(200, { profileId, ...profile });
      }
      case "DELETE":
        await deleteProfile(client, profileId, dependencies);
        return { statusCode: 204 };
      default: {
        const profile = await profiles.get(client, profileId);
        if (profile === undefined) throw new Problem(404, "no profile has this id");
        return json(200, { profileId, ...profile });
      }
    }
  };
}

const isImport = ({ routeKey }: HttpEvent) => routeKey === "POST /consents";
const count = countItems(maxConsents);

export const handler = httpHandler(() =>
  guarded(
    { scope: "profiles", weight: (event) => (isImport(event) ? count(event) : 1) },
    byRoute(profilesDependencies()),
  ),
);

function byRoute(dependencies: ProfilesDependencies & ConsentsDependencies) {
  const ofProfile = createProfiles(dependencies);
  const ofConsent = createConsents(dependencies);
  const importConsents = createConsentsImport(dependencies);
  return (event: HttpEvent) => {
    if (isImport(event)) return importConsents(event);
    return event.routeKey.endsWith(ofConsents) ? ofConsent(event) : ofProfile(event);
  };
}

function profilesDependencies(): ProfilesDependencies & ConsentsDependencies {
  const dynamoDb = createDynamoDb();
  const retentionDays = environment("RETENTION_DAYS");
  const hash = deployedHash();
  return {
    profiles: createProfilesTable(dynamoDb, environment("PROFILES_TABLE")),
    clients: createClientsTable(dynamoDb, environment("CLIENTS_TABLE")),
    contacts: createContactsTable(dynamoDb, environment("CONTACTS_TABLE"), retentionDays, hash),
    consents: createConsentsTable(dynamoDb, environment("CONTACTS_TABLE"), hash),
    habits: createHabitsTable(dynamoDb, environment("HABITS_TABLE")),
    lists: createMessageLists(dynamoDb, environment("CONTACTS_TABLE"), hash),
    customerRefs: createCustomerRefs(dynamoDb, environment("CONTACTS_TABLE"), retentionDays, hash),
    retentionDays,
    now: () => new Date(),
    endpoints: createPlatformEndpoints(createPlatformClient(), platformApplications()),
    channels,
  };
}

/** The settings of App messaging, where this deployment has it. */
export function platformApplications(): PlatformApplications {
  const fcm = environment("FCM_PLATFORM_APPLICATION_ARN");
  const apns = environment("APNS_PLATFORM_APPLICATION_ARN");
  return { ...(fcm ? { fcm } : {}), ...(apns ? { apns } : {}) };
}
