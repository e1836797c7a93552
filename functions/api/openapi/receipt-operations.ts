/** The routes that receive receipts: Meta's webhooks, and the app's own receipts. */
import { type Channel, fileName } from "../../domain/channel.ts";
import { examples } from "./examples.ts";
import { notValid, type Operation, problem } from "./operation.ts";

const inQuery = (name: string, description: string) => ({
  name,
  in: "query",
  required: true,
  schema: { type: "string" },
  description,
});

const webhooksOf = ({ id, name }: Channel): Operation[] => [
  {
    route: `GET /webhooks/${fileName(id)}`,
    id: `verify${name.replaceAll(" ", "")}Webhook`,
    tag: "Receipts",
    summary: `Meta's handshake when the webhook of ${name} is set up`,
    description: "Called by Meta alone, with the verify token that the deployment has.",
    caller: "open",
    parameters: [
      inQuery("hub.mode", "`subscribe`"),
      inQuery("hub.verify_token", "The verify token that was set up."),
      inQuery("hub.challenge", "The text that the answer must repeat."),
    ],
    answers: {
      200: { description: "The challenge.", schema: "Text", contentType: "text/plain" },
      403: problem("The mode or the token is not the expected one."),
    },
  },
  {
    route: `POST /webhooks/${fileName(id)}`,
    id: `take${name.replaceAll(" ", "")}Webhook`,
    tag: "Receipts",
    summary: `Receipts of ${name}, by Meta`,
    description: "What became of each message, and what customers answer; signed by Meta.",
    caller: "signature",
    request: { schema: "MetaEvent", description: "As Meta sends it.", examples: examples.metaEvents(id) },
    answers: {
      200: { description: "The receipts are on their queue." },
      400: problem("The request is signed, but has an unknown form."),
      401: problem("The signature does not match the body."),
    },
  },
];

const appReceipts: Operation[] = [
  {
    route: "POST /receipts/app-messaging",
    id: "takeAppReceipt",
    tag: "Receipts",
    summary: "The app reports that a push was delivered or read",
    description: "The token in the push authorizes the request; each status is accepted once.",
    caller: "open",
    request: { schema: "AppReceipt", examples: examples.appReceipts },
    answers: {
      202: { description: "Accepted.", schema: "ReceiptTaken" },
      400: notValid,
      401: problem("The token is forged, has expired, or is for another message."),
      404: problem("The token's message is no longer stored."),
      409: problem("This status was reported before: nothing changed."),
    },
  },
];

/** The operations of a deployment with these channels. */
export const receiptOperations = (enabledChannels: readonly Channel[]): Operation[] => [
  ...enabledChannels.filter(({ receipts }) => receipts?.webhook !== undefined).flatMap(webhooksOf),
  ...(enabledChannels.some(({ receipts }) => receipts?.app !== undefined) ? appReceipts : []),
];
