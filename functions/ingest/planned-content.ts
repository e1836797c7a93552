/** The content of a message as it goes out, or why it cannot be sent. */
import type { Profile } from "../domain/customer/profile.ts";
import type { Fault } from "../domain/fault.ts";
import type { Message } from "../domain/message/message.ts";
import { contentFaults } from "../domain/route/content.ts";
import { fillContent } from "../domain/route/filled-content.ts";
import type { Deployment, Route } from "../domain/route/plan-route.ts";
import { type RichGiven, withRichContent } from "../domain/route/render-content.ts";
import type { Carries } from "../domain/route/rich-content.ts";
import type { RuleSet } from "../domain/route/rules.ts";
import { withSmsText } from "../domain/route/sms-text.ts";
import { maxFaults } from "../http/problem.ts";
import { faultsInTexts, type TextFault } from "../validation/text.ts";

export type MessageContent = Pick<
  Message,
  "category" | "title" | "body" | "customBody" | "channelOptions" | "metadata" | "emptyFields"
>;

/** `given`: the content of the request. `carries`: by channel, how it carries media and buttons. */
export function contentOf(
  ruleSet: RuleSet,
  given: MessageContent & RichGiven,
  profile: Profile,
  deployment: Deployment,
): { content: MessageContent; carries: Record<string, Carries> } | { faults: Fault[] } {
  const filled = fillContent(given, profile);
  const channels = ruleSet.channels.flatMap(({ channel }) => deployment.channels.get(channel) ?? []);
  const rendered = withRichContent(filled.content, channels);
  const sms = withTextOfSms(ruleSet, rendered.content, deployment);
  const { emptyFields } = filled;
  const content = { ...sms.content, ...(emptyFields.length > 0 ? { emptyFields } : {}) };
  const faults = [
    ...filled.faults,
    // A text that is blank as an SMS is already reported by its field.
    ...(filled.faults.length > 0 ? [] : sms.faults),
    ...faultsByChannel(ruleSet, content, given, deployment),
    ...faultsOfProfile(ruleSet, content, profile, deployment),
  ];
  return faults.length > 0 ? { faults } : { content, carries: rendered.carries };
}

function withTextOfSms(
  { channels }: RuleSet,
  content: MessageContent,
  deployment: Deployment,
): ReturnType<typeof withSmsText<MessageContent>> {
  const channel = deployment.channels.get("sms");
  if (channel === undefined || channels.every(({ channel: id }) => id !== "sms"))
    return { content, faults: [] };
  return withSmsText(content, content.channelOptions?.sms ?? {}, channel.limit.max);
}

/** Several channels may have the same fault with the common body. */
function faultsByChannel(
  { channels }: RuleSet,
  content: MessageContent,
  given: MessageContent,
  deployment: Deployment,
): Fault[] {
  const faults = channels.flatMap(({ channel: id }) => {
    const channel = deployment.channels.get(id);
    return channel ? contentFaults(channel, content, given) : [];
  });
  return faults.filter(
    (fault, index) => faults.findIndex(({ message }) => message === fault.message) === index,
  );
}

/** The request's own texts were checked before; profiles of earlier versions may contain anything. */
function faultsOfProfile(
  { channels }: RuleSet,
  content: MessageContent,
  profile: Profile,
  deployment: Deployment,
): Fault[] {
  const fields = channels.flatMap(({ channel: id }) => deployment.channels.get(id)?.address ?? []);
  const to = Object.fromEntries(fields.map((field) => [field, profile[field]]));
  return faultsInTexts({ ...content, to }, maxFaults).map(
    ({ path, message }: TextFault): Fault => ({
      path,
      code: "not_unicode",
      message: `${message}: the stored profile has it, so put the profile again`,
    }),
  );
}

/** DynamoDB stores 400 KB per item, and the attempts need some of that. */
export const maxBytes = 300_000;
export const tooLarge = {
  path: "",
  code: "too_large",
  message: "must have at most 300,000 bytes, with the addresses and with merge fields filled",
} as const;
/** Merge fields may make a message many times larger than its request, which is stored beside it until its time comes. */
export const isTooLarge = (content: MessageContent, { addresses }: Route, request?: object): boolean =>
  Buffer.byteLength(JSON.stringify({ content, addresses, request })) > maxBytes;
