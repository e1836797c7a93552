/**
 * What Meta's Graph API says of a token, its app and the app's webhooks. Mounted by graph.ts; the state is in accounts.ts.
 * https://developers.facebook.com/docs/graph-api/reference/debug_token
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/solution-providers/manage-webhooks
 * Subscriptions as they are answered: https://github.com/bottenderjs/messaging-apis/pull/422
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import * as v from "valibot";
import type { Accounts, MetaChannel } from "./accounts.ts";
import type { ProviderAnswer } from "./answers/fill.ts";
import type { SecretOf } from "./business.ts";
import { refusal } from "./graph-wire.ts";

/** Each channel has an app of its own. */
const apps: Readonly<Record<MetaChannel, string>> = {
  whatsApp: "670843887433847",
  fbMessenger: "525650000000001",
};
const businessAccount = "102289599326934";
const channels = ["whatsApp", "fbMessenger"] as const;
const objects = { whatsApp: "whatsapp_business_account", fbMessenger: "page" } as const;

const bearerIn = ({ headers }: FastifyRequest) =>
  /^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1] ?? "";
const ok = (body: object): ProviderAnswer => ({
  status: 200,
  headers: { "content-type": "application/json; charset=UTF-8" },
  body: JSON.stringify(body),
});
const inputToken = v.object({ input_token: v.string() });
const path = v.object({ id: v.string(), edge: v.optional(v.string()) });

export function graphAccountRoutes(scope: FastifyInstance, accounts: Accounts, secretOf: SecretOf): void {
  const ofToken = (token: string) => channels.find((channel) => secretOf(channel, "accessToken") === token);
  const ofApp = (token: string) =>
    channels.find((channel) => token === `${apps[channel]}|${secretOf(channel, "appSecret")}`);
  const works = (channel: MetaChannel) => {
    const { isValid, expiresAt } = accounts.state[channel];
    return isValid && (expiresAt === 0 || expiresAt * 1000 > accounts.now());
  };

  function answer(request: FastifyRequest): ProviderAnswer {
    const { id, edge } = v.parse(path, request.params);
    const bearer = bearerIn(request);
    const app = ofApp(bearer);
    if (app !== undefined) {
      const { expiresAt, scopes, webhook } = accounts.state[app];
      if (id === "debug_token") {
        const isOurs = ofToken(v.parse(inputToken, request.query).input_token) === app;
        const isValid = isOurs && works(app);
        return ok({
          data: {
            app_id: apps[app],
            type: app === "whatsApp" ? "SYSTEM_USER" : "PAGE",
            application: "Local",
            expires_at: expiresAt,
            is_valid: isValid,
            scopes,
            granular_scopes: scopes.map((scope) =>
              scope.startsWith("whatsapp_") ? { scope, target_ids: [businessAccount] } : { scope },
            ),
            ...(isValid
              ? {}
              : {
                  error: {
                    code: 190,
                    message: "Error validating access token: Session has expired.",
                    subcode: 463,
                  },
                }),
          },
        });
      }
      if (id === apps[app] && edge === "subscriptions")
        return ok({
          data:
            webhook === null
              ? []
              : [
                  {
                    object: objects[app],
                    callback_url: webhook.callbackUrl,
                    active: webhook.active,
                    fields: webhook.fields.map((name) => ({ name, version: "v26.0" })),
                  },
                ],
        });
    }
    const channel = ofToken(bearer);
    if (channel === undefined || !works(channel)) return refusal("fbMessenger-190");
    const { isSubscribed } = accounts.state[channel];
    const subscribed = {
      id: apps[channel],
      name: "Local",
      link: `https://www.facebook.com/games/?app_id=${apps[channel]}`,
    };
    switch (edge) {
      case undefined:
        return ok(id === "app" ? subscribed : { id });
      case "phone_numbers":
        return ok({ data: [{ id: accounts.whatsAppPhoneNumberId }] });
      case "subscribed_apps":
        return ok({
          data: isSubscribed
            ? [channel === "whatsApp" ? { whatsapp_business_api_data: subscribed } : subscribed]
            : [],
        });
      default:
        return refusal("fbMessenger-100", { message: `(#100) Tried accessing nonexisting field (${edge})` });
    }
  }
  for (const route of ["/:version(^v\\d+\\.\\d+$)/:id", "/:version(^v\\d+\\.\\d+$)/:id/:edge"])
    scope.get(route, (request, reply) => {
      const { status, headers, body } = answer(request);
      return reply.code(status).headers(headers).send(body);
    });
}
