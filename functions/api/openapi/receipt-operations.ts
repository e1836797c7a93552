/** The routes that receive receipts: the providers' webhooks, and the app's own receipts. */
import { appReceiptsPath, type Channel, webhookPath } from "../../domain/channel.ts";
import { examples } from "./examples.ts";
import { notValid, type Operation, problem } from "./operation.ts";
import { eventSchemaName } from "./schemas.ts";

const inQuery = (name: string, description: string) => ({
  name,
  in: "query",
  required: true,
  schema: { type: "string" },
  description,
});

function webhooksOf({ id, name, receipts }: Channel): Operation[] {
  if (receipts?.webhook === undefined) return [];
  const { by, handshake, proof, example } = receipts.webhook;
  const post: Operation = {
    route: `POST ${webhookPath(id)}`,
    id: `take${name.replaceAll(" ", "")}Webhook`,
    tag: "Receipts",
    summary: `Receipts of ${name}, by ${by}`,
    description: `What became of each message, and what customers answer; signed by ${by}.`,
    caller: proof,
    request: {
      schema: eventSchemaName(receipts.webhook),
      description: `As ${by} sends it.`,
      examples: { delivered: example },
    },
    answers: {
      200: { description: "The receipts are on their queue." },
      400: problem("The request is signed, but has an unknown form."),
      401: problem("The signature does not match the body."),
    },
  };
  if (handshake === undefined) return [post];
  const get: Operation = {
    route: `GET ${webhookPath(id)}`,
    id: `verify${name.replaceAll(" ", "")}Webhook`,
    tag: "Receipts",
    summary: `${by}'s handshake when the webhook of ${name} is set up`,
    description: `Called by ${by} alone, with the verify token that the deployment has.`,
    caller: "open",
    parameters: Object.entries(handshake).map(([parameter, description]) => inQuery(parameter, description)),
    answers: {
      200: { description: "The challenge.", schema: "Text", contentType: "text/plain" },
      403: problem("The mode or the token is not the expected one."),
    },
  };
  return [get, post];
}

const appReceiptsOf = ({ id }: Channel): Operation[] => [
  {
    route: `POST ${appReceiptsPath(id)}`,
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
  ...enabledChannels.flatMap(webhooksOf),
  ...enabledChannels.filter(({ receipts }) => receipts?.app).flatMap(appReceiptsOf),
];
