/**
 * What an RCS message shows: the options of a request, and what End User Messaging takes for them.
 * https://docs.aws.amazon.com/sms-voice/latest/userguide/rcs-rich-messaging.html (limits), …/rcs-rich-cards.html, …/rcs-suggestions.html
 */
import type {
  RcsContent,
  RcsMessageContent,
  RcsSuggestedAction,
} from "@aws-sdk/client-pinpoint-sms-voice-v2";
import * as v from "valibot";
import type { Outbound } from "../domain/channel.ts";
import { asLines, type Button, button, filesAsText, type Render } from "../domain/route/rich-content.ts";
import { object } from "../validation/json-schema.ts";

const atMost = (length: number) =>
  v.pipe(
    v.string(),
    v.minLength(1, "must not be empty"),
    v.maxLength(length, `must have at most ${length} characters`),
  );
/** Fetched by AWS and the carriers, not by us. */
const fileUrl = v.pipe(
  atMost(2000),
  v.regex(/^(https|s3):\/\/./, "must begin with https:// or s3://"),
  v.description("Fetched by AWS: JPEG, PNG, GIF or MP4; alone also audio or PDF; at most 100 MB."),
  v.examples(["https://shop.example/order-1234.jpg"]),
);

const suggestions = (most: number) =>
  v.pipe(v.array(button), v.maxLength(most, `must have at most ${most} suggestions`));

export const rcsOptions = v.strictObject({
  card: v.optional(
    v.pipe(
      object(
        v.strictObject({
          title: v.optional(atMost(200)),
          suggestions: v.optional(suggestions(4)),
        }),
      ),
      v.description(
        "Sends a card: the media on top, this title, and the body, which may have 2,000 characters.",
      ),
    ),
  ),
  media: v.optional(
    v.pipe(
      object(
        v.strictObject({
          url: fileUrl,
          thumbnailUrl: v.optional(fileUrl),
          height: v.optional(
            v.pipe(
              v.picklist(["short", "medium", "tall"]),
              v.metadata({ description: "Of a card's media, on Android.", default: "medium" }),
            ),
          ),
        }),
      ),
      v.description("An image or a video: with a body it makes a card, without one it is sent alone."),
    ),
  ),
  suggestions: v.optional(
    v.pipe(
      suggestions(11),
      v.description("Chips below the whole message; they go when the customer writes."),
    ),
  ),
});

const longestText = 3072;
const longestDescription = 2000;

type Content = Pick<Outbound, "body" | "options">;
const isCard = ({ body, options: { card, media } }: Content) =>
  card !== undefined || (media !== undefined && body !== undefined);

/** The most characters of the body. */
export const longestBody = (content: Content): number => (isCard(content) ? longestDescription : longestText);

export const sendsWithoutBody = ({ card, media }: Outbound["options"]): boolean =>
  media !== undefined || (card as { title?: unknown } | undefined)?.title !== undefined;

/** A picture or a video makes a card of the body; any file goes alone where there is no body. Buttons are chips. */
export const renderRcs: Render = ({ body, options, media, buttons }) => {
  const [first, ...others] = media;
  const words = body ?? first?.caption;
  const isShown =
    first !== undefined &&
    (/^(?:image|video)\//.test(first.type) || (words === undefined && others.length === 0)) &&
    (asLines({ body: words, media: others, buttons: [] })?.length ?? 0) <= longestDescription;
  const left = isShown ? others : media;
  return {
    body: asLines({ body: isShown ? words : body, media: left, buttons: [] }),
    options: {
      ...(isShown ? { media: { url: first.url } } : {}),
      ...(buttons.length > 0 && options.suggestions === undefined ? { suggestions: buttons } : {}),
    },
    carries: { media: left.length === 0 ? "shown" : filesAsText(left), buttons: "shown" },
  };
};

/** Throws a ValiError where the options are of another version. */
export function rcsContent({ body, options }: Content): RcsMessageContent {
  const { card, media, suggestions: chips } = v.parse(rcsOptions, options);
  return {
    Content: contentOf(body, card, media),
    ...(chips === undefined ? {} : { Suggestions: chips.map(toAction) }),
  };
}

function contentOf(
  body: string | undefined,
  card: v.InferOutput<typeof rcsOptions>["card"],
  media: v.InferOutput<typeof rcsOptions>["media"],
): RcsContent {
  const file = media && {
    FileUrl: media.url,
    ...(media.thumbnailUrl === undefined ? {} : { ThumbnailUrl: media.thumbnailUrl }),
  };
  if (card === undefined && file !== undefined && body === undefined) return { FileMessage: file };
  if (card === undefined && file === undefined) return { TextMessage: { Body: body } };
  return {
    RichCard: {
      // The other one cuts images off on iOS.
      CardOrientation: "VERTICAL",
      CardContent: {
        ...(card?.title === undefined ? {} : { Title: card.title }),
        ...(body === undefined ? {} : { Description: body }),
        ...(file === undefined
          ? {}
          : { Media: { ...file, Height: (media?.height ?? "medium").toUpperCase() } }),
        ...(card?.suggestions === undefined ? {} : { Suggestions: card.suggestions.map(toAction) }),
      },
    },
  };
}

function toAction({ type, text: Text, payload, url, phoneNumber }: Button): RcsSuggestedAction {
  const action = { Text, PostbackData: payload ?? Text };
  switch (type) {
    case "reply":
      return { Reply: action };
    case "url":
      return { OpenUrl: { ...action, Url: url } };
    case "call":
      return { DialPhone: { ...action, PhoneNumber: phoneNumber } };
  }
}
