/** What a message is for, and what follows from it for its channels. Pure. */
import type { Category, Channel } from "../channel.ts";
import type { Content } from "./content.ts";

/** The default: only another one is stored. */
export const usualCategory: Category = "transactional";

/** The content with the options that its category sets on these channels, where it has none of its own. */
export function withCategoryOptions<Given extends Content>(
  given: Given,
  category: Category,
  channels: readonly Channel[],
): Given {
  const set = channels.flatMap(({ id, categoryOptions }) => {
    const options = categoryOptions?.[category];
    return options === undefined ? [] : [[id, { ...options, ...given.channelOptions?.[id] }] as const];
  });
  if (set.length === 0) return given;
  return { ...given, channelOptions: { ...given.channelOptions, ...Object.fromEntries(set) } };
}
