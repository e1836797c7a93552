/**
 * `…/profiles` of the Omnichannel API, kept as our profiles: what is changed here is changed there. Beside them is kept when and
 * by which key each was made and changed, by which profiles are also listed.
 */
import * as v from "valibot";
import type { Channel } from "../../domain/channel.ts";
import type { ConsentHolder } from "../../domain/customer/consent.ts";
import {
  fieldName,
  maxFields,
  type Profile,
  profileId as profileIdSchema,
} from "../../domain/customer/profile.ts";
import type { Fault } from "../../domain/fault.ts";
import type { Caller } from "../../http/caller.ts";
import { type HttpEvent, type HttpResult, json, readJson } from "../../http/handler.ts";
import { maxFaults, notValid, Problem, truncateFaults } from "../../http/problem.ts";
import { orThrow, validate } from "../../http/validate.ts";
import { withPhoneNumber } from "../../ingest/phone-numbers.ts";
import type { ClientsTable } from "../../storage/clients-table.ts";
import type { ConsentsTable } from "../../storage/consents-table.ts";
import type { CustomerRefs } from "../../storage/customer-refs.ts";
import type { ProfilesTable } from "../../storage/profiles-table.ts";
import { object } from "../../validation/json-schema.ts";
import { storedJson } from "../../validation/stored-json.ts";
import { type DeleteProfileDependencies, deleteProfile } from "../delete-profile.ts";
import { checkVersion, versionHeaders } from "./etag.ts";
import type { PublishOwn } from "./events.ts";
import type { OmnichannelMessages } from "./messages.ts";
import { fieldsAt, flattened, nested } from "./profile-fields.ts";
import { newStamps, type ProfileEntries, type Stamps } from "./settings-table.ts";

export interface ProfilesDependencies extends DeleteProfileDependencies {
  profiles: ProfilesTable;
  entries: ProfileEntries;
  clients: Pick<ClientsTable, "settings">;
  consents: ConsentsTable;
  channels: readonly Channel[];
  messages: Pick<OmnichannelMessages, "forgetProfile">;
  customerRefs: CustomerRefs;
  publish: PublishOwn;
}

/** Nested fields are stored as they are, so their numbers are checked here. */
const storable = <Fields extends object>() => storedJson<Fields>(300_000);
export const anyProfile = v.pipe(
  object(v.record(v.string(), v.unknown(), "must be an object")),
  storable<Record<string, unknown>>(),
);
export const newProfile = v.pipe(object(v.looseObject({ id: profileIdSchema })), storable<{ id: string }>());
export const facebookState = v.looseObject({ profileId: profileIdSchema });
export const optIns = v.looseObject({ channels: v.nullish(v.array(v.string())) });

const noProfile = () => new Problem(404, "no profile has this id");
const changedMeanwhile = () =>
  new Problem(409, "the profile was changed at the same time: send the request again");

interface Known {
  id: string;
  profile: Profile;
  /** Absent where this layer never saw it. */
  stamps: Stamps | undefined;
}

export function createOmnichannelProfiles(dependencies: ProfilesDependencies) {
  const { profiles, entries, clients, consents, channels, messages, customerRefs, publish, now } =
    dependencies;
  const callerOf = (event: HttpEvent): Caller => event.requestContext.authorizer.lambda;
  const idIn = (event: HttpEvent) =>
    validate(v.object({ profileId: profileIdSchema }), event.pathParameters).profileId;

  const shown = ({ id, profile, stamps }: Known) => ({ id, ...nested(profile), ...stamps });
  const answer = (status: number, known: Known) => json(status, shown(known), versionHeaders(shown(known)));

  async function find(client: string, id: string): Promise<Known | undefined> {
    const [profile, stamps] = await Promise.all([profiles.get(client, id), entries.get(client, id)]);
    return profile && { id, profile, stamps };
  }
  async function own(event: HttpEvent): Promise<Known> {
    const found = await find(callerOf(event).client, idIn(event));
    if (found === undefined) throw noProfile();
    return found;
  }

  /** As it is kept. Throws a Problem (400) where it cannot be. */
  async function read(client: string, given: Record<string, unknown>): Promise<Profile> {
    const flat = flattened(given);
    const faults = Object.entries(flat).flatMap(([name, value]): Fault[] => {
      const path = name.replaceAll("_", ".").slice(0, 100);
      if (!fieldName.test(name))
        return [
          { path, code: "invalid", message: "must begin with a letter and have 64 letters, digits and -" },
        ];
      if (typeof value === "string" && value.length > 1024)
        return [{ path, code: "too_long", message: "must have at most 1,024 characters" }];
      return [];
    });
    if (Object.keys(flat).length > maxFields)
      faults.push({
        path: "",
        code: "too_large",
        message: `must have at most ${maxFields} fields, nested ones too`,
      });
    if (faults.length > 0) throw notValid(...truncateFaults(faults, maxFaults));
    // In lower case, as our own API keeps it: an opt-out holds however the address is written.
    if (typeof flat.email === "string") flat.email = flat.email.toLowerCase();
    const { phoneNumber, ...others } = flat;
    if (phoneNumber === undefined || phoneNumber === "") return others;
    return orThrow(
      withPhoneNumber(
        { ...others, phoneNumber: String(phoneNumber) },
        await clients.settings(client),
        "phoneNumber",
      ),
    );
  }

  async function store(
    event: HttpEvent,
    id: string,
    profile: Profile,
    before: Known | undefined,
  ): Promise<Known> {
    const { client, keyId } = callerOf(event);
    const stamps = newStamps(keyId, now(), before?.stamps);
    // Of two changes at once, one answer says so.
    if (!(await entries.put(client, id, stamps, before?.stamps))) throw changedMeanwhile();
    // Devices come from the app by our own API.
    const { appDevices } = before?.profile ?? {};
    await profiles.replace(client, id, { ...profile, ...(appDevices ? { appDevices } : {}) });
    const stored = { id, profile, stamps };
    const name = before === undefined ? "profile.create" : "profile.update";
    const at = stamps._updatedOn;
    await publish(client, { name, id: `${id}/${at}`, at, payload: shown(stored) });
    return stored;
  }

  async function remove(event: HttpEvent, id: string, isForgotten: boolean): Promise<void> {
    const { client } = callerOf(event);
    if (isForgotten) await messages.forgetProfile(event, id);
    await deleteProfile(client, id, dependencies);
    await entries.delete(client, id);
    const at = now().toISOString();
    await publish(client, { name: "profile.delete", id: `${id}/${at}`, at, payload: { id } });
  }

  async function patch(
    event: HttpEvent,
    id: string,
    given: Record<string, unknown>,
    allowsCreate: boolean,
    deletes: readonly string[] = [],
  ): Promise<{ known: Known; isNew: boolean }> {
    const { client } = callerOf(event);
    const before = await find(client, id);
    if (before === undefined && !allowsCreate) throw noProfile();
    if (before !== undefined) checkVersion(event, shown(before));
    const { appDevices: _, ...known } = before?.profile ?? {};
    // A field that is given replaces what was below it; null takes it away.
    const gone = [...deletes, ...Object.keys(given)].flatMap((path) => fieldsAt(known, path));
    const kept = Object.fromEntries(Object.entries(known).filter(([name]) => !gone.includes(name)));
    const changes = await read(client, given);
    if (Object.keys({ ...kept, ...changes }).length > maxFields)
      throw notValid({ path: "", code: "too_large", message: `must have at most ${maxFields} fields` });
    return {
      known: await store(event, id, { ...kept, ...changes }, before),
      isNew: before === undefined,
    };
  }

  const holdersOf = (client: string, { id, profile }: Known, channel: string): ConsentHolder[] => {
    const field = channels.find((one) => one.id === channel)?.address ?? "";
    const address = profile[field];
    return [
      { client, field: "profileId", value: id },
      ...(typeof address === "string" ? [{ client, field, value: address }] : []),
    ];
  };

  return {
    async create(event: HttpEvent): Promise<HttpResult> {
      const { client } = callerOf(event);
      const given = validate(newProfile, readJson(event));
      if ((await profiles.get(client, given.id)) !== undefined)
        throw new Problem(409, "there is a profile with this id");
      // An entry that outlived its profile, which was deleted by our own API.
      const stamps = await entries.get(client, given.id);
      if (stamps !== undefined) await entries.delete(client, given.id);
      return answer(201, await store(event, given.id, await read(client, given), undefined));
    },
    async get(event: HttpEvent): Promise<HttpResult> {
      return answer(200, await own(event));
    },
    async replace(event: HttpEvent): Promise<HttpResult> {
      const before = await own(event);
      checkVersion(event, shown(before));
      const given = validate(anyProfile, readJson(event));
      return answer(200, await store(event, before.id, await read(callerOf(event).client, given), before));
    },
    async patch(event: HttpEvent): Promise<HttpResult> {
      const { allowcreate, deletes } = event.queryStringParameters ?? {};
      const given = validate(anyProfile, readJson(event));
      const names = deletes?.split(",").filter((name) => name !== "");
      const { known } = await patch(event, idIn(event), given, allowcreate === "true", names);
      return answer(200, known);
    },
    async remove(event: HttpEvent): Promise<HttpResult> {
      const before = await own(event);
      checkVersion(event, shown(before));
      await remove(event, before.id, event.queryStringParameters?.forget === "true");
      return { statusCode: 204 };
    },
    async patchMany(event: HttpEvent): Promise<HttpResult> {
      const given = validate(v.pipe(v.array(newProfile), v.maxLength(100)), readJson(event));
      const results: object[] = [];
      for (const { id, ...fields } of given) {
        const { known } = await patch({ ...event, headers: {} }, id, fields, true);
        results.push(shown(known));
      }
      return json(200, results);
    },
    async removeMany(event: HttpEvent): Promise<HttpResult> {
      const ids = (event.queryStringParameters?.id ?? "").split(",").filter((id) => id !== "");
      const { ids: valid } = validate(
        v.object({ ids: v.pipe(v.array(profileIdSchema), v.minLength(1), v.maxLength(100)) }),
        { ids },
      );
      for (const id of valid) await remove(event, id, false);
      return json(
        200,
        valid.map((id) => ({ id })),
      );
    },
    /** By equal fields alone; what else mongo-querystring has is refused. */
    async query(event: HttpEvent): Promise<HttpResult> {
      const { client } = callerOf(event);
      const { wanted, limit, skip, fields } = queryIn(event.queryStringParameters ?? {});
      const found: object[] = [];
      let passed = 0;
      for await (const { id, value } of entries.all(client)) {
        if (found.length >= limit) break;
        const profile = await profiles.get(client, id);
        if (profile === undefined || !fits({ id, ...profile }, wanted)) continue;
        passed += 1;
        if (passed <= skip) continue;
        const all: Record<string, unknown> = shown({ id, profile, stamps: value });
        found.push(
          fields === undefined
            ? all
            : Object.fromEntries(
                Object.entries(all).filter(([name]) => name === "id" || fields.includes(name)),
              ),
        );
      }
      return json(200, found);
    },
    async optIn(event: HttpEvent): Promise<HttpResult> {
      const { client, keyId: by } = callerOf(event);
      const known = await own(event);
      const { channels: wanted } = validate(optIns, readJson(event));
      const word = { state: "opted-in", at: now().toISOString(), source: "Omnichannel API", by } as const;
      for (const channel of ours(wanted ?? []))
        for (const holder of holdersOf(client, known, channel)) await consents.record(holder, channel, word);
      return answer(200, known);
    },
    /** Takes an opt-in back. What the customer themselves said stays: an opt-out is not forgotten by it. */
    async optOut(event: HttpEvent): Promise<HttpResult> {
      const { client } = callerOf(event);
      const known = await own(event);
      const { channel } = event.queryStringParameters ?? {};
      for (const id of ours(channel?.split(",") ?? channels.map((one) => one.id)))
        for (const holder of holdersOf(client, known, id)) {
          const [held] = await consents.read([holder]);
          if (held?.[id]?.state === "opted-in") await consents.forget(holder, id);
        }
      return answer(200, known);
    },
    /**
     * What a page gives to Messenger's plugin or to an m.me link: who comes by it gets their Messenger id into this profile, which
     * is made where there is none. https://github.com/comapi/ddg-cpaas-quickstarts (OneAPI/Node/Facebook)
     */
    async facebookState(event: HttpEvent): Promise<HttpResult> {
      const { client } = callerOf(event);
      const { profileId, ...fields } = validate(facebookState, readJson(event));
      const isKnown = (await find(client, profileId)) !== undefined;
      if (!isKnown || Object.keys(fields).length > 0)
        await patch({ ...event, headers: {} }, profileId, fields, true);
      return json(200, await customerRefs.create({ client, profileId }, now()));
    },
    /** For a profile that a message named. */
    async note({ client, keyId }: Caller, id: string): Promise<void> {
      await entries.put(client, id, newStamps(keyId, now()));
    },
  };

  function ours(wanted: readonly string[]): string[] {
    return wanted.filter((id) => channels.some((one) => one.id === id));
  }
}

const mostFound = 500;
const wholeNumber = (most: number) =>
  v.pipe(v.string(), v.digits("must be a whole number"), v.transform(Number), v.maxValue(most));
const paging = v.looseObject({
  $limit: v.optional(wholeNumber(mostFound), "100"),
  $skip: v.optional(wholeNumber(100_000), "0"),
  $fields: v.optional(v.string()),
});

function queryIn(parameters: Record<string, string | undefined>) {
  const { $limit: limit, $skip: skip, $fields } = validate(paging, parameters);
  const wanted = Object.entries(parameters).filter(([name]) => !name.startsWith("$"));
  const faults = wanted.flatMap(([name, value = ""]): Fault[] =>
    /^[!<>~^$*]|^\[/.test(value) || name.endsWith("[]")
      ? [{ path: name.slice(0, 100), code: "invalid", message: "must be a value that the field is equal to" }]
      : [],
  );
  if (faults.length > 0) throw notValid(...truncateFaults(faults, maxFaults));
  return { wanted, limit, skip, fields: $fields?.split(",") };
}

/** A number may be in quotes, where it is a text. */
const fits = (profile: Profile, wanted: readonly [string, string | undefined][]): boolean =>
  wanted.every(([path, value = ""]) => {
    const kept = profile[path.replaceAll(".", "_")];
    return kept !== undefined && String(kept) === value.replace(/^'(.*)'$/, "$1");
  });
