/**
 * `PUT`, `GET` and `DELETE /profiles/{profileId}/consents/{channel}`: whether a customer wants messages on a channel. It is kept
 * for the profile, and for the addresses that the profile has now, so that it holds for messages that name no profile.
 */
import * as v from "valibot";
import type { Channel } from "../domain/channel.ts";
import { type ConsentHolder, consentTo, countsFrom, everyChannel } from "../domain/customer/consent.ts";
import { profileId as profileIdSchema } from "../domain/customer/profile.ts";
import { type HttpEvent, type HttpResult, json, readJson } from "../http/handler.ts";
import { notValid, Problem } from "../http/problem.ts";
import { validate } from "../http/validate.ts";
import type { ConsentsTable } from "../storage/consents-table.ts";
import type { ProfilesTable } from "../storage/profiles-table.ts";
import { consentChannel, consentRequest } from "./consent-request.ts";

const pathParameters = v.object({ profileId: profileIdSchema, channel: consentChannel });

export interface ConsentsDependencies {
  profiles: Pick<ProfilesTable, "get">;
  consents: ConsentsTable;
  channels: readonly Pick<Channel, "id" | "address">[];
  now: () => Date;
}

export function createConsents({ profiles, consents, channels, now }: ConsentsDependencies) {
  async function holdersOf(client: string, profileId: string, channel: string): Promise<ConsentHolder[]> {
    const profile = (await profiles.get(client, profileId)) ?? {};
    const concerned = channels.filter(({ id }) => channel === everyChannel || id === channel);
    const fields = new Set(concerned.map(({ address }) => address));
    return [
      { client, field: "profileId", value: profileId },
      ...[...fields].flatMap((field) => {
        const value = profile[field];
        return typeof value === "string" ? [{ client, field, value }] : [];
      }),
    ];
  }

  return async (event: HttpEvent): Promise<HttpResult> => {
    const { client, keyId: by } = event.requestContext.authorizer.lambda;
    const { profileId, channel } = validate(pathParameters, event.pathParameters);
    const answer = async (holders: readonly ConsentHolder[]) => {
      const holds = consentTo(channel, await consents.read(holders));
      if (holds === undefined) throw new Problem(404, "nothing is known of what this customer wants");
      return json(200, { profileId, channel, ...holds });
    };
    switch (event.requestContext.http.method) {
      case "PUT": {
        const { at: saidAt, ...given } = validate(consentRequest, readJson(event));
        const at = notAfter(now(), saidAt);
        const holders = await holdersOf(client, profileId, channel);
        await Promise.all(holders.map((holder) => consents.record(holder, channel, { ...given, at, by })));
        return answer(holders);
      }
      case "DELETE": {
        const holders = await holdersOf(client, profileId, channel);
        await Promise.all(holders.map((holder) => consents.forget(holder, channel)));
        return { statusCode: 204 };
      }
      default:
        return answer(await holdersOf(client, profileId, channel));
    }
  };
}

/** The caller's clock may be a little ahead. */
const aheadMs = 5 * 60_000;

/** A statement with a future time would override everything that is said until then. */
function notAfter(now: Date, at = now.toISOString()): string {
  if (Date.parse(at) > now.getTime() + aheadMs)
    throw notValid({ path: "at", code: "future", message: "must not be in the future" });
  return countsFrom(at, now);
}
