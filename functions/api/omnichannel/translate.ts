/**
 * A message of the Omnichannel API as one of ours: the request for `POST /messages`, the channels that are left out, and warnings
 * of all that will be otherwise than the sender may expect. Pure: used to send, and by `npm run move`.
 */
import * as v from "valibot";
import type { Channel } from "../../domain/channel.ts";
import { fieldName, maxFields, type Profile } from "../../domain/customer/profile.ts";
import { fillContent } from "../../domain/route/filled-content.ts";
import type { Rule, RuleSet } from "../../domain/route/rules.ts";
import { withSmsText } from "../../domain/route/sms-text.ts";
import { reference, sendRequestEntries } from "../../ingest/request.ts";
import { isBlank } from "../../validation/text.ts";
import { type ChannelContent, contentOfChannel } from "./channel-content.ts";
import { knownFields, type OmnichannelMessage } from "./request.ts";
import { flatName, longestThatFits, withMergeFields, withMergeFieldsIn } from "./texts.ts";

export interface Note {
  path: string;
  message: string;
}
export interface SkippedChannel {
  channel: string;
  reason: string;
}
export interface Translation {
  /** The body of `POST /messages`; undefined: no channel is left. */
  message: Record<string, unknown> | undefined;
  skipped: SkippedChannel[];
  warnings: Note[];
}

export interface TranslationContext {
  channels: ReadonlyMap<string, Channel>;
  /** The customer's, as it is stored; `to` goes before it. */
  profile: Profile | undefined;
  /** That the message names. */
  ruleSet: RuleSet | undefined;
  now: Date;
}

const mostWarnings = 50;
const shortestExpiryMs = 60_000;
const longestTitle = 256;
const longestBody = 10_000;

export function translate(given: OmnichannelMessage, context: TranslationContext): Translation {
  const { channels, now } = context;
  const warnings: Note[] = [];
  const warn = (path: string, message: string) => {
    if (
      warnings.length < mostWarnings &&
      !warnings.some((one) => one.path === path && one.message === message)
    )
      warnings.push({ path, message });
  };
  const skipped: SkippedChannel[] = [];
  for (const name of Object.keys(given))
    if (!knownFields.has(name)) warn(name, "is kept and not used: no such field is known");
  const onUnknown = (path: string) => (field: string) =>
    warn(path, `has ${field.slice(0, 40)}, which stands for nothing here: it is left out`);
  const ownText = (path: string, text: string | null | undefined) =>
    text ? withMergeFields(text, {}, onUnknown(path)) : undefined;

  const to = addressesOf(given.to, warn);
  const profile: Profile = { ...context.profile, ...to };
  const common = ownText("body", given.body);
  const title = titleOf(ownText("title", given.title), warn);
  const fillIn = (text: string) => fillContent({ body: text }, profile).content.body ?? "";

  const rules: Rule[] = [];
  const texts = new Map<string, string>();
  const channelOptions: Record<string, Record<string, unknown>> = {};
  const contents = new Map<string, ChannelContent>();
  for (const [index, rule] of (context.ruleSet?.channels ?? (given.rules ?? []).map(asRule)).entries()) {
    const { channel: id } = rule;
    const channel = channels.get(id);
    if (rules.some((one) => one.channel === id) || skipped.some((one) => one.channel === id)) {
      warn(`rules[${index}]`, `repeats ${id}: each channel is tried once`);
      continue;
    }
    if (channel === undefined) {
      skipped.push({ channel: id, reason: "this deployment has no such channel" });
      continue;
    }
    const content = contentOfChannel(channel, given, warn);
    const own = { body: common ?? "", title: title ?? "" };
    const path = content.text === undefined ? "body" : `customBody.${id}`;
    const raw = content.text === undefined ? common : withMergeFields(content.text, own, onUnknown(path));
    const options = withMergeFieldsIn(content.options, own, onUnknown(`channelOptions.${id}`));
    const result = textFor(
      channel,
      markedLinks(given, id, raw, warn),
      { title, options },
      fillIn,
      (message) => warn(path, message),
    );
    if ("reason" in result) {
      skipped.push({ channel: id, reason: result.reason });
      continue;
    }
    rules.push(rule);
    contents.set(id, content);
    if (Object.keys(options).length > 0) channelOptions[id] = options;
    if (result.text !== undefined) texts.set(id, result.text);
  }
  warnOfTheRest(given, warn);
  if (rules.length > 0 && Object.keys(to).length === 0 && !given.to.profileId) {
    for (const { channel } of rules.splice(0))
      skipped.push({ channel, reason: "`to` has neither an address nor a profileId" });
  }
  if (rules.length === 0) return { message: undefined, skipped, warnings };

  // A channel that goes without a text (a template, an attachment) would take the common one.
  const usesCommon = rules.every(({ channel }) => texts.has(channel));
  const body = usesCommon && [...texts.values()].includes(common ?? "") ? common : undefined;
  const customBody = Object.fromEntries([...texts].filter(([, text]) => text !== body));
  const times = timesOf(given, contents, rules, now, warn);
  const message = {
    to: { ...to, ...(given.to.profileId ? { profileId: String(given.to.profileId) } : {}) },
    rules: context.ruleSet?.prefer
      ? { prefer: context.ruleSet.prefer, channels: rules }
      : rules.map((rule) => (Object.keys(rule).length === 1 ? rule.channel : rule)),
    ...(body === undefined ? {} : { body }),
    ...(title === undefined ? {} : { title }),
    ...(Object.keys(customBody).length > 0 ? { customBody } : {}),
    ...(Object.keys(channelOptions).length > 0 ? { channelOptions } : {}),
    ...times,
    ...referenceOf(given, contents, warn),
    ...(given.requireOptIn ? { requireOptIn: true } : {}),
  };
  const metadata = metadataOf(given, warnings, warn);
  return { message: { ...message, ...(metadata ? { metadata } : {}) }, skipped, warnings };
}

const asRule = (channel: string): Rule => ({ channel });

function addressesOf(given: OmnichannelMessage["to"], warn: (path: string, message: string) => void) {
  const to: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (name === "profileId" || value === null || value === undefined || value === "") continue;
    const text = String(value);
    const flat = flatName(name);
    if (!fieldName.test(flat) || name.startsWith("_"))
      warn(
        `to.${name.slice(0, 64)}`,
        "is not kept: names begin with a letter and have letters, digits, - or _",
      );
    else if (text.length > 256) warn(`to.${name}`, "is not kept: it has more than 256 characters");
    else if (Object.keys(to).length >= maxFields - 1)
      warn(`to.${name}`, `is not kept: there are ${maxFields}`);
    else to[flat] = text;
  }
  return to;
}

function titleOf(title: string | undefined, warn: (path: string, message: string) => void) {
  if (title === undefined || isBlank(title)) return undefined;
  if (title.length <= longestTitle) return title;
  warn("title", `is cut to ${longestTitle} characters`);
  return longestThatFits(title, ({ length }) => length <= longestTitle);
}

/** Links that are to be shortened have an @ before them. https://developer.dotdigital.com/reference/additional-options */
function markedLinks(
  { shortenLinks }: OmnichannelMessage,
  id: string,
  text: string | undefined,
  warn: (path: string, message: string) => void,
): string | undefined {
  if (id !== "sms" || !shortenLinks || shortenLinks === "off") return text;
  warn("shortenLinks", "is not done: links go out as they are");
  return shortenLinks === "marked" ? text?.replace(/@(?=https?:\/\/)/gi, "") : text;
}

/** The text that goes out by the channel, with merge fields where it need not be cut; or why the channel is skipped. */
function textFor(
  channel: Channel,
  text: string | undefined,
  { title, options }: { title: string | undefined; options: Record<string, unknown> },
  fillIn: (text: string) => string,
  warn: (message: string) => void,
): { text: string | undefined } | { reason: string } {
  const filled = text === undefined ? "" : fillIn(text);
  const goesWithout = channel.sendsWithoutBody?.(options) ?? false;
  if (isBlank(filled))
    return goesWithout ? { text: undefined } : { reason: "there is nothing to send by it" };
  const { unit, sizeOf, maxOf } = channel.limit;
  const max = maxOf?.({ body: filled, options }) ?? channel.limit.max;
  const sizeBy = (body: string) =>
    sizeOf?.({ ...(title === undefined ? {} : { title }), body, options }) ?? body.length;
  const sent =
    channel.id === "sms"
      ? withSmsText({ body: filled }, options, max)
      : { content: { body: filled }, faults: [] };
  const [fault] = sent.faults;
  if (fault !== undefined) return { reason: `its text ${fault.message}` };
  const { customBody } = sent.content as { customBody?: { sms?: string } };
  const whole = customBody?.sms ?? filled;
  if (sizeBy(whole) <= max && (text ?? "").length <= longestBody) return { text };
  if (sizeBy(whole) <= max) return { text: whole };
  const cut = longestThatFits(whole, (one) => sizeBy(one) <= max);
  if (cut === undefined) return { reason: `its options are larger than ${max} ${unit}` };
  warn(`is cut for ${channel.name} to ${max} ${unit}: ${whole.length - cut.length} characters are not sent`);
  return { text: cut };
}

function timesOf(
  { expiresOn }: OmnichannelMessage,
  contents: ReadonlyMap<string, ChannelContent>,
  rules: readonly Rule[],
  now: Date,
  warn: (path: string, message: string) => void,
): { sendAt?: string; expiresOn?: string } {
  const times: { sendAt?: string; expiresOn?: string } = {};
  const after = contents.get("sms")?.deliverAfter;
  const path = "customBody.sms.deliverAfter";
  if (after !== undefined) {
    if (Number.isNaN(Date.parse(after))) warn(path, "is not used: it is no ISO 8601 date and time");
    else if (rules.length > 1) warn(path, "is not used: it would hold for all channels of the message");
    else if (Date.parse(after) > now.getTime()) times.sendAt = new Date(after).toISOString();
  }
  const begins = times.sendAt === undefined ? now.getTime() : Date.parse(times.sendAt);
  if (!expiresOn) return times;
  // https://developer.dotdigital.com/reference/additional-options
  if (Date.parse(expiresOn) > begins + shortestExpiryMs) times.expiresOn = new Date(expiresOn).toISOString();
  else
    warn("expiresOn", "is not used: it must be more than a minute ahead, so the channels' own windows hold");
  return times;
}

function referenceOf(
  { conversationId }: OmnichannelMessage,
  contents: ReadonlyMap<string, ChannelContent>,
  warn: (path: string, message: string) => void,
): { reference?: string } {
  const given = contents.get("sms")?.clientRef ?? conversationId ?? undefined;
  if (given === undefined || given === "") return {};
  if (v.is(reference, given)) return { reference: given };
  warn("conversationId", "messages are not found by it: it has more than 100 characters");
  return {};
}

/** Theirs, and under `omnichannel` what will be otherwise: so it is in our trace. */
function metadataOf(
  { metadata }: OmnichannelMessage,
  warnings: readonly Note[],
  warn: (path: string, message: string) => void,
): Record<string, unknown> | undefined {
  const flat = metadata ? withMergeFieldsOnlyIn(metadata) : {};
  const fits = (value: unknown) => v.is(sendRequestEntries.metadata, value);
  if (!fits(flat))
    warn("metadata", "is echoed here alone: as JSON it has more than 4,096 characters or 8 levels");
  const kept = fits(flat) ? flat : {};
  const noted = warnings.length > 0 ? { ...kept, omnichannel: { warnings: warnings.slice(0, 10) } } : kept;
  const all = fits(noted) ? noted : kept;
  return Object.keys(all).length > 0 ? all : undefined;
}

/** Metadata may hold anything else in two braces: no customer sees it. */
const withMergeFieldsOnlyIn = (metadata: Record<string, unknown>) =>
  JSON.parse(
    JSON.stringify(metadata).replace(
      /\{\{\s*profile\.[A-Za-z][\w.-]*\s*\}\}/g,
      (found) => `{{profile.${flatName(found.slice(found.indexOf(".") + 1, -2).trim())}}}`,
    ),
  ) as Record<string, unknown>;

function warnOfTheRest(given: OmnichannelMessage, warn: (path: string, message: string) => void): void {
  if (given.templateId) warn("templateId", "is not used: no templates are kept here");
  if (given.overrides) warn("overrides", "is not used: there are no conversations of App messaging");
  if (given.ruleSet && (given.rules ?? []).length > 0) warn("ruleSet", "is not used: `rules` goes before it");
}
