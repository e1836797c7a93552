/**
 * What Meta's Graph API says of a channel's token, app and webhook. Reads alone: every call is a GET.
 * https://developers.facebook.com/docs/graph-api/reference/debug_token
 * `app` is the token's own: https://github.com/nov/fb_graph/pull/346
 * https://developers.facebook.com/docs/graph-api/reference/app/subscriptions
 */
import type { Parameter } from "@aws-sdk/client-ssm";
import * as v from "valibot";
import type { Deployment } from "./deployment.ts";

/** What differs between Meta's channels. */
export const metaChannels = {
  whatsApp: {
    setting: "whatsAppPhoneNumberId",
    identity: "phone number",
    permission: "whatsapp_business_messaging",
    object: "whatsapp_business_account",
    fields: ["messages"],
  },
  fbMessenger: {
    setting: "fbMessengerPageId",
    identity: "page",
    permission: "pages_messaging",
    object: "page",
    fields: ["messages", "message_deliveries", "message_reads", "message_echoes"],
  },
} as const;

const graphError = v.object({
  error: v.looseObject({ message: v.string(), code: v.optional(v.number()) }),
});
const app = v.looseObject({ id: v.string() });
const token = v.looseObject({
  is_valid: v.boolean(),
  /** Seconds since the epoch; 0: never. */
  expires_at: v.optional(v.number(), 0),
  scopes: v.optional(v.array(v.string()), []),
  granular_scopes: v.optional(
    v.array(v.looseObject({ scope: v.string(), target_ids: v.optional(v.array(v.string())) })),
    [],
  ),
  error: v.optional(v.looseObject({ message: v.string() })),
});
const field = v.union([
  v.string(),
  v.pipe(
    v.looseObject({ name: v.string() }),
    v.transform(({ name }) => name),
  ),
]);
const subscription = v.looseObject({
  object: v.string(),
  callback_url: v.string(),
  active: v.boolean(),
  fields: v.optional(v.array(field), []),
});
/** A page lists apps themselves, a WhatsApp Business Account wraps them. */
const subscribedApp = v.union([
  app,
  v.pipe(
    v.looseObject({ whatsapp_business_api_data: app }),
    v.transform(({ whatsapp_business_api_data: data }) => data),
  ),
]);
const listOf = <Item extends v.GenericSchema>(item: Item) => v.looseObject({ data: v.array(item) });

/** What Meta answered, or refused in its own words; undefined: it was not asked, because an answer before failed. */
export type Answered<Answer> = { answer: Answer } | { refused: string } | undefined;

export interface MetaAccount {
  channel: keyof typeof metaChannels;
  /** The app that the token is of. */
  app: Answered<v.InferOutput<typeof app>>;
  /** Asked with the app's secret: a refusal is of that. */
  token: Answered<v.InferOutput<typeof token>>;
  /** Whether the token reaches our number or page. */
  identity: Answered<v.InferOutput<typeof app>>;
  /** The app's webhooks. */
  subscriptions: Answered<v.InferOutput<typeof subscription>[]>;
  /** The apps that get the webhooks of our page or WhatsApp Business Account; undefined also where that is not known. */
  subscribedApps: Answered<v.InferOutput<typeof app>[]>;
}

type Get = <Schema extends v.GenericSchema>(
  bearer: string,
  path: string,
  schema: Schema,
  query?: Record<string, string>,
) => Promise<{ answer: v.InferOutput<Schema> } | { refused: string }>;

const timeoutMs = 10_000;

export async function readMeta(
  channel: MetaAccount["channel"],
  { stackName, settings, graphApi }: Pick<Deployment, "stackName" | "settings" | "graphApi">,
  parameters: ReadonlyMap<string, Parameter>,
): Promise<MetaAccount> {
  const secret = (name: string) => parameters.get(`/${stackName}/${channel}/${name}`)?.Value ?? "";
  const accessToken = secret("accessToken");
  const appSecret = secret("appSecret").split(",")[0]?.trim() ?? "";
  const unknown: MetaAccount = {
    channel,
    app: undefined,
    token: undefined,
    identity: undefined,
    subscriptions: undefined,
    subscribedApps: undefined,
  };
  // An absent secret is a finding of its own.
  if (accessToken === "") return unknown;
  const get = getFrom(graphApi);
  const ofApp = await get(accessToken, "app", app);
  if ("refused" in ofApp || appSecret === "") return { ...unknown, app: ofApp };
  const ours = settings.channels[metaChannels[channel].setting] ?? "";
  const { id: appId } = ofApp.answer;
  const appToken = `${appId}|${appSecret}`;
  const debugged = await get(appToken, "debug_token", v.looseObject({ data: token }), {
    input_token: accessToken,
  });
  const identity = await get(accessToken, ours, app, { fields: "id" });
  if ("refused" in debugged) return { ...unknown, app: ofApp, token: debugged, identity };
  const subscriptions = await get(appToken, `${appId}/subscriptions`, listOf(subscription));
  const account =
    channel === "fbMessenger" ? ours : await businessAccountOf(get, accessToken, debugged.answer.data, ours);
  const subscribed =
    account === undefined
      ? undefined
      : await get(accessToken, `${account}/subscribed_apps`, listOf(subscribedApp));
  return {
    channel,
    app: ofApp,
    token: { answer: debugged.answer.data },
    identity,
    subscriptions: dataOf(subscriptions),
    subscribedApps: dataOf(subscribed),
  };
}

const dataOf = <Item>(answered: Answered<{ data: Item[] }>): Answered<Item[]> =>
  answered === undefined || "refused" in answered ? answered : { answer: answered.answer.data };

/** A number does not name its account: it is one of those that the token is for. Undefined where that cannot be read. */
async function businessAccountOf(
  get: Get,
  accessToken: string,
  { granular_scopes }: v.InferOutput<typeof token>,
  phoneNumberId: string,
): Promise<string | undefined> {
  const accounts =
    granular_scopes.find(({ scope }) => scope === "whatsapp_business_management")?.target_ids ?? [];
  for (const account of accounts) {
    const numbers = await get(accessToken, `${account}/phone_numbers`, listOf(app), { fields: "id" });
    if ("answer" in numbers && numbers.answer.data.some(({ id }) => id === phoneNumberId)) return account;
  }
  return undefined;
}

/** @throws where no answer comes */
const getFrom =
  (base: string): Get =>
  async (bearer, path, schema, query = {}) => {
    const url = new URL(`${base}/${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${bearer}` },
      signal: AbortSignal.timeout(timeoutMs),
    });
    const body: unknown = await response.json().catch(() => undefined);
    const answer = v.safeParse(schema, body);
    if (response.ok && answer.success) return { answer: answer.output };
    if (!v.is(graphError, body)) return { refused: `HTTP ${response.status} in another form than Graph's` };
    const { error } = body;
    // Graph repeats a token that is malformed.
    const message = error.message.replaceAll(bearer, "…");
    return { refused: `${message}${error.code === undefined ? "" : ` (code ${error.code})`}` };
  };
