/** The routes by which receipts come in: Meta's webhooks, and the app's own. */
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
      inQuery("hub.verify_token", "The token that was set up."),
      inQuery("hub.challenge", "What Meta wants to read again."),
    ],
    answers: {
      200: { description: "The challenge.", schema: "Text", contentType: "text/plain" },
      403: problem("The mode or the token is another."),
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
      200: { description: "Its receipts are on their queue." },
      400: problem("It is signed, and has a form that is not known."),
      401: problem("The signature does not fit the body."),
    },
  },
];

const appReceipts: Operation[] = [
  {
    route: "POST /receipts/app-messaging",
    id: "takeAppReceipt",
    tag: "Receipts",
    summary: "The app says what became of a push",
    description: "The token in the push is the key; each status is taken once.",
    caller: "open",
    request: { schema: "AppReceipt", examples: examples.appReceipts },
    answers: {
      202: { description: "Taken.", schema: "ReceiptTaken" },
      400: notValid,
      401: problem("The token is forged, too old, or of another message."),
      404: problem("The token's message is not kept any more."),
      409: problem("This status was given before: nothing changed."),
    },
  },
];

/** Those of a deployment with these channels. */
export const receiptOperations = (enabledChannels: readonly Channel[]): Operation[] => [
  ...enabledChannels
    .filter(({ receiptSecrets }) => receiptSecrets?.appSecret !== undefined)
    .flatMap(webhooksOf),
  ...(enabledChannels.some(({ receiptSecrets }) => receiptSecrets?.receiptKey !== undefined)
    ? appReceipts
    : []),
];
