/** What a message says on each channel, and whether the channel can send it. Pure. */
import type { Channel } from "../channel.ts";
import type { Fault } from "../fault.ts";
import type { Skip } from "../message/message.ts";

export interface Content {
  body?: string | undefined;
  customBody?: Readonly<Record<string, string | undefined>> | undefined;
  channelOptions?: Readonly<Record<string, Record<string, unknown> | undefined>> | undefined;
}

/** The text for a channel: its own, or the common one. */
export const bodyFor = (channel: string, { body, customBody }: Content): string | undefined =>
  customBody?.[channel] ?? body;

/** What a channel cannot send: nothing at all, or more than its provider accepts. */
export function contentFaults(channel: Channel, content: Content): Fault[] {
  const body = bodyFor(channel.id, content);
  const path = content.customBody?.[channel.id] === undefined ? "body" : `customBody.${channel.id}`;
  if (body === undefined) {
    if (channel.sendsWithoutBody?.(content.channelOptions?.[channel.id] ?? {})) return [];
    const message = `is required: without it there is nothing to send by ${channel.id}`;
    return [{ path, code: "nothing_to_send", message }];
  }
  const { max, unit } = channel.limit;
  const length = unit === "bytes" ? Buffer.byteLength(body) : body.length;
  if (length <= max) return [];
  return [
    {
      path,
      code: "too_long",
      message: `must have at most ${max} ${unit} for ${channel.name}, not ${length}: shorten it, or set customBody.${channel.id}`,
    },
  ];
}

/** Whether the content has only free text for a channel that accepts it just for a while after the customer last wrote. */
export const needsOpenWindow = (channel: Channel, { channelOptions }: Content): boolean =>
  channel.freeTextSeconds !== undefined && !channel.sendsWithoutBody?.(channelOptions?.[channel.id] ?? {});

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
