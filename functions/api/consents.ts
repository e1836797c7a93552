/**
 * `PUT`, `GET` and `DELETE /profiles/{profileId}/consents/{channel}`: whether a customer wants messages on a channel. It is kept
 * for the profile, and for the addresses that the profile has now, so that it holds for messages that name no profile.
 * `POST /consents`: many, of profiles or of addresses, with one result per item.
 */
import pMap from "p-map";
import * as v from "valibot";
import type { Channel } from "../domain/channel.ts";
import { type ConsentHolder, consentTo, countsFrom, everyChannel } from "../domain/customer/consent.ts";
import { profileId as profileIdSchema } from "../domain/customer/profile.ts";
import { type HttpEvent, type HttpResult, json, readJson, readParts } from "../http/handler.ts";
import { resultOfItem } from "../http/items.ts";
import { notValid, Problem } from "../http/problem.ts";
import { orThrow, validate } from "../http/validate.ts";
import { withPhoneNumber } from "../ingest/phone-numbers.ts";
import type { ClientsTable } from "../storage/clients-table.ts";
import type { ConsentsTable } from "../storage/consents-table.ts";
import type { ProfilesTable } from "../storage/profiles-table.ts";
import { consentChannel, consentItem, consents as consentList, consentRequest } from "./consent-request.ts";

const pathParameters = v.object({ profileId: profileIdSchema, channel: consentChannel });

export interface ConsentsDependencies {
  profiles: Pick<ProfilesTable, "get">;
  consents: ConsentsTable;
  channels: readonly Pick<Channel, "id" | "address">[];
  now: () => Date;
}

export function createConsents(dependencies: ConsentsDependencies) {
  const { consents } = dependencies;
  const holdersOf = holdersFrom(dependencies);

  return async (event: HttpEvent): Promise<HttpResult> => {
    const { client, keyId: by } = event.requestContext.authorizer.lambda;
    const { profileId, channel } = validate(pathParameters, event.pathParameters);
    const answer = async (holders: readonly ConsentHolder[]) => {
      const holds = consentTo(channel, await consents.read(holders));
      if (holds === undefined)
        throw new Problem(404, "no consent of this customer is stored for this channel");
      return json(200, { profileId, channel, ...holds });
    };
    switch (event.requestContext.http.method) {
      case "PUT": {
        const { at: saidAt, ...given } = validate(consentRequest, readJson(event));
        const at = notAfter(dependencies.now(), saidAt);
        const holders = await holdersOf(client, { profileId }, channel);
        await Promise.all(holders.map((holder) => consents.record(holder, channel, { ...given, at, by })));
        return answer(holders);
      }
      case "DELETE": {
        const holders = await holdersOf(client, { profileId }, channel);
        await Promise.all(holders.map((holder) => consents.forget(holder, channel)));
        return { statusCode: 204 };
      }
      default:
        return answer(await holdersOf(client, { profileId }, channel));
    }
  };
}

const concurrency = 50;
const remedy = "it again";

export function createConsentsImport(
  dependencies: ConsentsDependencies & { clients: Pick<ClientsTable, "settings"> },
) {
  const { clients, consents, channels, now } = dependencies;
  const holdersOf = holdersFrom(dependencies);

  return async (event: HttpEvent): Promise<HttpResult> => {
    const { client, keyId: by } = event.requestContext.authorizer.lambda;
    const items = validate(consentList, readParts(event));
    const settings = await clients.settings(client);
    const results = await pMap(
      items,
      (item, index) =>
        resultOfItem({ item, index, remedy }, async () => {
          const { to: given, channel, at: saidAt, ...word } = validate(consentItem, item);
          const to = orThrow(withPhoneNumber(given, settings, "to.phoneNumber"));
          const at = notAfter(now(), saidAt);
          const holders = await holdersOf(client, to, channel);
          if (holders.length === 0) throw notValid(noAddressOf(channel, channels));
          await Promise.all(holders.map((holder) => consents.record(holder, channel, { ...word, at, by })));
          return { index, status: 200 };
        }),
      { concurrency },
    );
    return json(200, { results });
  };
}

const noAddressOf = (channel: string, channels: ConsentsDependencies["channels"]) => ({
  path: "to",
  code: "missing" as const,
  message: `must have a profileId or ${channels.find(({ id }) => id === channel)?.address}, the address of ${channel}`,
});

/** Everything under which a word for the channel is kept: the profile, its addresses of now, and those that are given beside it. */
function holdersFrom({ profiles, channels }: Pick<ConsentsDependencies, "profiles" | "channels">) {
  return async (
    client: string,
    { profileId, ...given }: Readonly<Record<string, unknown>> & { profileId?: string | undefined },
    channel: string,
  ): Promise<ConsentHolder[]> => {
    const known = profileId === undefined ? {} : ((await profiles.get(client, profileId)) ?? {});
    const concerned = channels.filter(({ id }) => channel === everyChannel || id === channel);
    const fields = new Set(concerned.map(({ address }) => address));
    const ofProfile = profileId === undefined ? [] : [{ client, field: "profileId", value: profileId }];
    const ofAddresses = [known, given].flatMap((addresses) =>
      [...fields].flatMap((field) => {
        const value = Reflect.get(addresses, field);
        return typeof value === "string" ? [{ client, field, value }] : [];
      }),
    );
    return [...ofProfile, ...ofAddresses];
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
