/** `PUT`, `GET` and `DELETE /profiles/{profileId}`: the addresses that a client knows of a customer. */
import * as v from "valibot";
import { environment } from "../aws/client.ts";
import { createDynamoDb } from "../aws/dynamodb.ts";
import { createProfilesTable, type ProfilesTable } from "../aws/profiles-table.ts";
import { guarded } from "../http/guard.ts";
import { type HttpEvent, type HttpResult, httpHandler, json, Problem, readJson } from "../http/problem.ts";
import { validate } from "../http/validate.ts";
import { profileId as profileIdSchema, profile as profileSchema } from "./profile.ts";

const pathParameters = v.object({ profileId: profileIdSchema });

export function createProfiles(profiles: ProfilesTable) {
  return async (event: HttpEvent): Promise<HttpResult> => {
    const { client } = event.requestContext.authorizer.lambda;
    const { profileId } = validate(pathParameters, event.pathParameters);
    switch (event.requestContext.http.method) {
      case "PUT": {
        const profile = validate(profileSchema, readJson(event));
        await profiles.replace(client, profileId, profile);
        return json(200, { profileId, ...profile });
      }
      case "DELETE":
        await profiles.delete(client, profileId);
        return { statusCode: 204 };
      default: {
        const profile = await profiles.get(client, profileId);
        if (profile === undefined) throw new Problem(404, "no profile has this id");
        return json(200, { profileId, ...profile });
      }
    }
  };
}

export const handler = httpHandler(() =>
  guarded(
    { scope: "profiles" },
    createProfiles(createProfilesTable(createDynamoDb(), environment("PROFILES_TABLE"))),
  ),
);
