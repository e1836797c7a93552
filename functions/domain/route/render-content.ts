/** Renders a request's media and buttons for each channel of its route (rich-content.ts). Pure. */
import type { Channel } from "../channel.ts";
import type { Skip } from "../message/message.ts";
import { bodyFor, type Content } from "./content.ts";
import { type Button, type Carries, leaveOut, type Media, type RichPart } from "./rich-content.ts";

export interface RichGiven {
  media?: readonly Media[] | undefined;
  buttons?: readonly Button[] | undefined;
}

/** The content with media and buttons rendered for each of the channels, and by channel how it carries them. */
export function withRichContent<Given extends Content & RichGiven>(
  given: Given,
  channels: readonly Channel[],
): { content: Omit<Given, RichPart>; carries: Record<string, Carries> } {
  const { media = [], buttons = [], ...content } = given;
  if (media.length === 0 && buttons.length === 0) return { content, carries: {} };
  const carries: Record<string, Carries> = {};
  const customBody: Record<string, string | undefined> = { ...given.customBody };
  const channelOptions: Record<string, Record<string, unknown> | undefined> = { ...given.channelOptions };
  for (const { id, render = leaveOut } of channels) {
    const options = given.channelOptions?.[id] ?? {};
    const body = bodyFor(id, given);
    const rendered = render({ body, options, media, buttons });
    if (rendered.body !== undefined && rendered.body !== body) customBody[id] = rendered.body;
    if (rendered.options !== undefined) channelOptions[id] = { ...rendered.options, ...options };
    carries[id] = {
      ...(media.length > 0 ? { media: rendered.carries.media } : {}),
      ...(buttons.length > 0 ? { buttons: rendered.carries.buttons } : {}),
    };
  }
  return {
    content: {
      ...content,
      ...(Object.keys(customBody).length > 0 ? { customBody } : {}),
      ...(Object.keys(channelOptions).length > 0 ? { channelOptions } : {}),
    },
    carries,
  };
}

/** The channels that do not show what must be shown. */
export const withoutWhatMustBe = (
  mustHave: readonly RichPart[],
  carries: Readonly<Record<string, Carries>>,
): Record<string, Skip> =>
  Object.fromEntries(
    Object.entries(carries).flatMap(([channel, carried]) => {
      const missing = mustHave.filter((part) => carried[part] !== undefined && carried[part] !== "shown");
      if (missing.length === 0) return [];
      const how = missing.map((part) => `${part} ${carried[part] === "asText" ? "as text" : "not"}`);
      return [[channel, { code: "cannot_carry", reason: `it would carry ${how.join(" and ")}` } as const]];
    }),
  );
