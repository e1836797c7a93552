/** What a message says on each channel, and whether the channel can send it. Pure. */
import type { Channel } from "../channel.ts";
import type { Fault } from "../fault.ts";
import type { Hop, Skip } from "../message/message.ts";

export interface Content {
  title?: string | undefined;
  body?: string | undefined;
  customBody?: Readonly<Record<string, string | undefined>> | undefined;
  channelOptions?: Readonly<Record<string, Record<string, unknown> | undefined>> | undefined;
}

/** The form that goes out first on a channel, and why. */
export type PlannedForm = Pick<Hop, "form" | "formReason">;

/** The text for a channel: its own, or the common one. */
export const bodyFor = (channel: string, { body, customBody }: Content): string | undefined =>
  customBody?.[channel] ?? body;

/** The field of the request that has this text. */
export const pathOfBody = (channel: string, { customBody }: Content): string =>
  customBody?.[channel] === undefined ? "body" : `customBody.${channel}`;

/**
 * What a channel cannot send: nothing at all, or more than its provider accepts. `given`: the content of the request, where
 * another goes out.
 */
export function contentFaults(channel: Channel, content: Content, given = content): Fault[] {
  const body = bodyFor(channel.id, content);
  const path = pathOfBody(channel.id, given);
  const { title, channelOptions } = content;
  const options = channelOptions?.[channel.id] ?? {};
  if (body === undefined && !channel.sendsWithoutBody?.(options)) {
    const message = `is required: without it there is nothing to send by ${channel.id}`;
    return [{ path, code: "nothing_to_send", message }];
  }
  const { unit, sizeOf, maxOf } = channel.limit;
  const sent = {
    ...(title === undefined ? {} : { title }),
    ...(body === undefined ? {} : { body }),
    options,
  };
  const max = maxOf?.(sent) ?? channel.limit.max;
  const length = sizeOf?.(sent) ?? body?.length ?? 0;
  if (length <= max) return [];
  const counted = sizeOf === undefined ? "" : ` with its title and options, ${length - max} too many`;
  return [
    {
      path: body === undefined ? `channelOptions.${channel.id}` : path,
      code: "too_long",
      message: `must have at most ${max} ${unit} for ${channel.name}, not ${length}${counted}: shorten it, or set customBody.${channel.id}`,
    },
  ];
}

/** Whether the content has only free text, for a channel that accepts it only for a while after the customer last wrote. */
export const needsOpenWindow = (channel: Channel, { channelOptions }: Content): boolean =>
  channel.freeTextSeconds !== undefined &&
  channel.templateIn?.(channelOptions?.[channel.id] ?? {}) === undefined;

/** Whether the message has a template for the channel, so that what goes out depends on the window. */
const bringsTemplate = (channel: Channel, { channelOptions }: Content): boolean =>
  channel.freeTextSeconds !== undefined &&
  channel.templateIn?.(channelOptions?.[channel.id] ?? {}) !== undefined;

/** Whether there is something that goes out free, besides a template: a text, or a file. */
function isFree(channel: Channel, content: Content): boolean {
  const { template: _, ...options } = content.channelOptions?.[channel.id] ?? {};
  return bodyFor(channel.id, content) !== undefined || channel.sendsWithoutBody?.(options) === true;
}

/** Whether what goes out depends on when the customer last wrote. */
export const asksForWindow = (channel: Channel, content: Content): boolean =>
  needsOpenWindow(channel, content) || (bringsTemplate(channel, content) && isFree(channel, content));

/**
 * The template, unless the window is known to be open: the provider may take free text first, and say later that it was closed.
 * Undefined where the message has no template.
 */
export function formOf(
  channel: Channel,
  content: Content,
  heardAt: string | undefined,
  now: Date,
): PlannedForm | undefined {
  if (!bringsTemplate(channel, content)) return undefined;
  const template = (formReason: string): PlannedForm => ({ form: "template", formReason });
  if (!isFree(channel, content)) return template("the request brings no text");
  if (heardAt === undefined) return template("nobody knows of a message from the customer");
  const closed = closedWindow(channel, heardAt, now);
  const hours = (channel.freeTextSeconds ?? 0) / 3600;
  return closed === undefined
    ? { form: "text", formReason: `the customer last wrote at ${heardAt}, within ${hours} hours` }
    : template(`the customer last wrote at ${heardAt}, more than ${hours} hours ago`);
}

/** Why the channel does not accept free text; undefined where it does, or where no message of the customer is known. */
export function closedWindow(channel: Channel, heardAt: string | undefined, now: Date): Skip | undefined {
  if (heardAt === undefined || channel.freeTextSeconds === undefined) return undefined;
  if (now.getTime() - Date.parse(heardAt) <= channel.freeTextSeconds * 1000) return undefined;
  const hours = channel.freeTextSeconds / 3600;
  return {
    code: "window_closed",
    reason: `the customer last wrote at ${heardAt}, more than ${hours} hours ago: ${channel.name} then accepts only a template, and the request has none`,
  };
}
