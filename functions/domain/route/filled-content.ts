/**
 * The content as it goes out: merge fields filled, in NFC (a combining accent makes an SMS UCS-2 and counts as a character), and
 * nothing in it that would reach the customer blank. Pure.
 */
import { inNfc, isBlank, textsIn } from "../../validation/text.ts";
import type { Fault } from "../fault.ts";
import type { Content } from "./content.ts";
import { fillMergeFields, mergeFieldFaults } from "./merge-fields.ts";

/** Of `media` and `buttons`, the texts. */
type Shown = Content & { media?: unknown; buttons?: unknown };

export interface FilledContent<Given> {
  content: Given;
  /** The merge fields for which there was neither a value nor a default; the first of them. */
  emptyFields: string[];
  faults: Fault[];
}

const mostEmptyFields = 50;

export function fillContent<Given extends Shown & { metadata?: unknown }>(
  given: Given,
  profile: Readonly<Record<string, unknown>>,
): FilledContent<Given> {
  const empty = new Set<string>();
  const filled = fillMergeFields(given, profile, (name) => empty.add(name));
  // The sender's metadata may hold any text, and comes back as it was.
  const { metadata: _, ...texts } = filled;
  const content = { ...filled, ...inNfc(texts) };
  return {
    content,
    emptyFields: [...empty].slice(0, mostEmptyFields),
    faults: [...mergeFieldFaults(shown(given)), ...blankFaults(given, content)],
  };
}

/** What a customer may see. */
const shown = ({ title, body, customBody, channelOptions, media, buttons }: Shown) => ({
  title,
  body,
  customBody,
  channelOptions,
  media,
  buttons,
});

/** In the texts, and in a template's parameters, where a blank would leave a hole. */
function blankFaults(given: Content, { title, body, customBody, channelOptions }: Content): Fault[] {
  const templates = Object.fromEntries(
    Object.entries(channelOptions ?? {}).map(([id, options]) => [id, { template: options?.template }]),
  );
  const before = new Map([...textsIn(inNfc(shown(given)))].map(({ path, text }) => [path, text]));
  return [...textsIn({ title, body, customBody, channelOptions: templates })].flatMap(
    ({ path, text, isName }): Fault[] => {
      if (isName || !isBlank(text)) return [];
      const isFilled = before.get(path) !== text;
      // Whether a template may have blank values is for Meta to decide.
      if (!isFilled && path.startsWith("channelOptions")) return [];
      const message = isFilled
        ? "is blank once its merge fields are filled: give them a default, as {{profile.firstName|there}}"
        : "must have text that can be seen";
      return [{ path, code: "blank", message }];
    },
  );
}
