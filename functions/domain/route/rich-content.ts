/**
 * Media and buttons in one form for all channels: each renders them as well as it can (`Channel.render`), into its own text and
 * options. Nothing is fetched: the providers and the customers' programs do that. Pure.
 */
import * as v from "valibot";
import { inJsonSchema, object } from "../../validation/json-schema.ts";

const atMost = (length: number) =>
  v.pipe(
    v.string(),
    v.minLength(1, "must not be empty"),
    v.maxLength(length, `must have at most ${length} characters`),
  );

const buttonFields = v.strictObject({
  type: v.pipe(
    v.picklist(["reply", "url", "call"]),
    v.description("`url` needs a `url`, `call` a `phoneNumber`; `reply` has neither."),
  ),
  text: v.pipe(atMost(25), v.examples(["Yes, confirm"])),
  payload: v.optional(
    v.pipe(atMost(2048), v.description("What `message.inbound` has for a tap; without it, the text.")),
  ),
  url: v.optional(v.pipe(atMost(2048), v.regex(/^https?:\/\/./, "must begin with https:// or http://"))),
  phoneNumber: v.optional(v.pipe(v.string(), v.regex(/^\+[1-9]\d{6,14}$/, "must be in E.164 format"))),
});
export type Button = v.InferOutput<typeof buttonFields>;
const needs = (type: Button["type"], name: "url" | "phoneNumber") =>
  inJsonSchema(
    v.check(
      (given: Button) => given.type !== type || given[name] !== undefined,
      `of type ${type} needs a ${name}`,
    ),
    {},
  );
export const button = v.pipe(object(buttonFields), needs("url", "url"), needs("call", "phoneNumber"));

const mediaFields = v.strictObject({
  url: v.pipe(
    atMost(2000),
    v.regex(/^(?:https|s3):\/\/\S+$/, "must begin with https:// or s3://"),
    v.description("Fetched by the providers and the customer's programs. `s3://` is for RCS and MMS alone."),
    v.examples(["https://shop.example/order-7.jpg"]),
  ),
  type: v.pipe(
    v.string(),
    v.regex(
      /^(?:image|video|audio|application|text)\/[A-Za-z0-9.+-]{1,100}$/,
      "must be a media type, such as image/jpeg",
    ),
    v.examples(["image/jpeg"]),
  ),
  caption: v.optional(atMost(1024)),
  filename: v.optional(v.pipe(atMost(240), v.description("Of a document, where the channel shows it."))),
});
export type Media = v.InferOutput<typeof mediaFields>;

export const media = v.pipe(
  v.array(object(mediaFields)),
  v.minLength(1, "must have at least one"),
  v.maxLength(10, "must have at most 10"),
);
export const buttons = v.pipe(
  v.array(button),
  v.minLength(1, "must have at least one"),
  v.maxLength(10, "must have at most 10"),
);

export const richParts = ["media", "buttons"] as const;
export type RichPart = (typeof richParts)[number];

/** As the customer sees a part: as it is meant, as text (links, numbers, answers to choose from), or not at all. */
export const carriages = ["shown", "asText", "leftOut"] as const;
export const carries = v.object({
  media: v.exactOptional(v.picklist(carriages)),
  buttons: v.exactOptional(v.picklist(carriages)),
});
export type Carries = v.InferOutput<typeof carries>;

/** What a channel is to render. Absent parts are empty. */
export interface Rich {
  body: string | undefined;
  /** The channel's options of the request, which go before what is rendered. */
  options: Readonly<Record<string, unknown>>;
  media: readonly Media[];
  buttons: readonly Button[];
}
export interface Rendered {
  body?: string | undefined;
  options?: Record<string, unknown>;
  carries: Required<Carries>;
}
export type Render = (rich: Rich) => Rendered;

const isLink = ({ url }: Media) => url.startsWith("https:");

/** Text with a line for each file and button; the answers to choose from on one line. */
export function asLines({ body, media, buttons }: Pick<Rich, "body" | "media" | "buttons">) {
  const files = media.map((file) =>
    [file.caption, isLink(file) ? file.url : undefined].filter((part) => part !== undefined).join(": "),
  );
  const opened = buttons.flatMap(({ text, url, phoneNumber }) =>
    (url ?? phoneNumber) === undefined ? [] : `${text}: ${url ?? phoneNumber}`,
  );
  const answers = buttons.filter(({ type }) => type === "reply").map(({ text }) => text);
  const lines = [body ?? "", ...files, ...opened, answers.join(" / ")].filter((line) => line !== "");
  return lines.length === 0 ? undefined : lines.join("\n");
}

/** How lines carry files: one in S3 has no link that a customer could open. */
export const filesAsText = (media: readonly Media[]) => (media.every(isLink) ? "asText" : "leftOut");

/** For a channel that has nothing but text. */
export const renderAsText: Render = (rich) => ({
  body: asLines(rich),
  carries: { media: filesAsText(rich.media), buttons: "asText" },
});

/** For a channel where neither belongs into the text. */
export const leaveOut: Render = ({ body }) => ({
  body,
  carries: { media: "leftOut", buttons: "leftOut" },
});
