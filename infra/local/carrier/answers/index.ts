/** The whole catalogue of the providers' answers, by name and by channel. The control API lists it; phones.ts serves from it. */
import type { By, Channel } from "../sends.ts";
import type { Answer, LaterAnswer, Occasion, SyncAnswer, Webhook } from "./answer.ts";
import { occasions } from "./answer.ts";
import { pushAnswers } from "./app-messaging.ts";
import { emailAnswers } from "./email.ts";
import { mmsAnswers, rcsAnswers, smsVoiceAnswers } from "./end-user-messaging.ts";
import { messengerAnswers } from "./fb-messenger.ts";
import { messengerWebhooks } from "./fb-messenger-webhooks.ts";
import { graphAnswers } from "./graph.ts";
import { smsAnswers } from "./sms.ts";
import { snsAnswers } from "./sns.ts";
import { whatsAppAnswers, whatsAppAnswersByAws } from "./whats-app.ts";
import { whatsAppWebhooks } from "./whats-app-webhooks.ts";

const byChannel: Readonly<Record<Channel, readonly Answer[]>> = {
  sms: [...smsAnswers, ...snsAnswers("sms"), ...smsVoiceAnswers],
  fbMessenger: [...messengerAnswers, ...graphAnswers("fbMessenger"), ...messengerWebhooks],
  whatsApp: [...whatsAppAnswers, ...graphAnswers("whatsApp"), ...whatsAppWebhooks, ...whatsAppAnswersByAws],
  rcs: rcsAnswers,
  mms: mmsAnswers,
  appMessaging: [...pushAnswers("appMessaging"), ...snsAnswers("appMessaging")],
  // Whose push it will be, nobody knows yet when an endpoint is made.
  nativePush: [
    ...pushAnswers("nativePush").filter(({ sync }) => sync?.call === undefined),
    ...snsAnswers("nativePush"),
  ],
  email: emailAnswers,
};

export type CatalogueEntry = Answer & { channel: Channel };

const isChannel = (name: string): name is Channel => name in byChannel;

export const catalogue: readonly CatalogueEntry[] = Object.entries(byChannel).flatMap(([channel, answers]) =>
  isChannel(channel) ? answers.map((answer) => ({ channel, ...answer })) : [],
);

const byName = new Map(catalogue.map((entry) => [entry.name, entry]));
if (byName.size !== catalogue.length) throw new Error("two answers of the catalogue have the same name");

export const occasionsOf = (answer: Answer): Occasion[] =>
  occasions.filter((occasion) => answer[occasion] !== undefined);

/** The names of the answers that can occur then; of one channel or all. */
export const namesOf = (occasion: Occasion, channel?: Channel): string[] =>
  catalogue
    .filter((entry) => entry[occasion] !== undefined && (channel ?? entry.channel) === entry.channel)
    .map(({ name }) => name);

/** Undefined if the answer belongs to another channel or provider: what is set for an account applies to one of them. */
export function answerOf<T extends Occasion>(
  occasion: T,
  name: string | null | undefined,
  by: By,
): Answer[T] | undefined {
  const entry = name === null || name === undefined ? undefined : byName.get(name);
  return entry?.channel === by.channel && entry.provider === by.provider ? entry[occasion] : undefined;
}

/** An answer that the carrier itself needs. @throws {Error} if the catalogue lacks it */
export function syncAnswer(name: string): SyncAnswer {
  const sync = byName.get(name)?.sync;
  if (sync === undefined) throw new Error(`the catalogue has no answer ${name}`);
  return sync;
}

export type { Answer, LaterAnswer, SyncAnswer, Webhook };
