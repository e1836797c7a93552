/**
 * Facebook Messenger by the Send API. Errors need code and subcode together; outside the 24-hour window only utility
 * templates go out. https://developers.facebook.com/documentation/business-messaging/messenger-platform/error-codes
 */
import { createHmac } from "node:crypto";
import * as v from "valibot";
import type { Channel, CreateSender, Outbound } from "../domain/channel.ts";
import { appSecretsIn } from "./app-secrets.ts";
import {
  ChannelMisconfigured,
  type ErrorClass,
  NotRegistered,
  OutcomeUnknown,
  ProviderUnavailable,
  Rejected,
  Throttled,
  Undeliverable,
  WindowClosed,
} from "./errors.ts";
import {
  type GraphError,
  graphSettings,
  postToGraph,
  sendTextOrTemplate,
  templateOption,
  webhookSecrets,
} from "./graph-api.ts";

const options = v.strictObject({
  /** A utility template: the only automated message that Meta takes outside the window. */
  template: v.optional(templateOption),
  messagingType: v.optional(
    v.pipe(
      v.picklist(["RESPONSE", "UPDATE"]),
      v.metadata({ description: "What Meta is told free text is.", default: "UPDATE" }),
    ),
  ),
});

export const fbMessenger: Channel = {
  id: "fbMessenger",
  name: "Facebook Messenger",
  address: "fbMessengerId",
  reports: ["sent", "delivered", "read"],
  until: "delivered",
  receiptsNameThe: "address",
  freeTextSeconds: 24 * 3600,
  windowSeconds: 300,
  limit: { max: 2000, unit: "characters" },
  options,
  sendsWithoutBody: (given) => given.template !== undefined,
  settings: { ...graphSettings, fbMessengerPageId: "the id of the business's Facebook page" },
  secrets: {
    accessToken: "the page's access token with pages_messaging",
    appSecret: "the Meta app's secret; while it is replaced `new,old`",
  },
  receiptSecrets: webhookSecrets,
  missingAccount: (settings) =>
    settings.fbMessengerPageId ? undefined : "this deployment has no Messenger account (fbMessengerPageId)",
  permissions: () => [],
};

/** Most specific first: `code/subcode`, then `code`. */
const classes: Readonly<Record<string, ErrorClass>> = {
  "1": ProviderUnavailable,
  "1/99": ProviderUnavailable,
  // Meta: the messages were sent, and the end point still answers an error.
  "1/1357046": OutcomeUnknown,
  "2": ProviderUnavailable,
  "4": Throttled,
  "10": ChannelMisconfigured,
  "10/2018278": WindowClosed,
  "10/2534022": WindowClosed,
  "10/2018065": WindowClosed,
  "10/2018108": Undeliverable,
  "10/1893063": ChannelMisconfigured,
  "10/1893015": Undeliverable,
  "10/2018300": ProviderUnavailable,
  "2018300": ProviderUnavailable,
  "2018321": ProviderUnavailable,
  "100": Rejected,
  "100/2018001": NotRegistered,
  "100/33": NotRegistered,
  "100/2018164": ChannelMisconfigured,
  "190": ChannelMisconfigured,
  "200": ChannelMisconfigured,
  "200/1545041": Undeliverable,
  "551": Undeliverable,
  "368": ChannelMisconfigured,
  "613": Throttled,
  "613/2018338": Undeliverable,
  "1200": ProviderUnavailable,
  "2022": ChannelMisconfigured,
  "2018022": Throttled,
};

export function classifyMessengerError(error: GraphError): { Kind: ErrorClass; code: string } {
  const both = error.error_subcode === undefined ? undefined : `${error.code}/${error.error_subcode}`;
  const code = both ?? `${error.code}`;
  if (error.code === 100 && /appsecret_proof/i.test(error.message))
    return { Kind: ChannelMisconfigured, code };
  return { Kind: (both && classes[both]) || classes[`${error.code}`] || Undeliverable, code };
}

const answer = v.object({ message_id: v.string() });

export const createSender: CreateSender = (context) => {
  // https://developers.facebook.com/docs/graph-api/guides/secure-requests
  const proof = createHmac("sha256", appSecretsIn(context.secrets.appSecret)[0] ?? "")
    .update(context.secrets.accessToken ?? "")
    .digest("hex");
  const post = async (message: Outbound, content: Record<string, unknown>) => {
    const body = await postToGraph({
      provider: "Messenger",
      context,
      path: `${context.settings.fbMessengerPageId}/messages`,
      query: { appsecret_proof: proof },
      body: { recipient: { id: message.addresses.fbMessengerId }, ...content },
      classify: classifyMessengerError,
    });
    const parsed = v.safeParse(answer, body);
    if (!parsed.success) throw new OutcomeUnknown("Messenger answered 200 without a message id");
    return { providerMessageIds: [parsed.output.message_id] as [string] };
  };
  return async (message) => {
    const { template, messagingType } = v.parse(options, message.options);
    return sendTextOrTemplate(message.body, template, {
      text: (text) =>
        post(message, {
          messaging_type: messagingType ?? "UPDATE",
          message: { text, metadata: message.messageId },
        }),
      template: (payload) => post(message, { messaging_type: "UTILITY", message: { template: payload } }),
    });
  };
};
