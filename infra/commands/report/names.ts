/** Names for people: of a channel its own, of an error or a reason its words. What the metrics call them stands in the API's pages. Pure. */
import { channelById } from "../../../functions/channels/registry.ts";

const silence = "States.Timeout";

export const channelName = (id: string): string => channelById.get(id)?.name ?? id;

/** `NotRegistered` and `no_address` in words. */
export function inWords(name: string): string {
  if (name === silence) return "No receipt in time";
  if (!/^[A-Za-z_]+$/.test(name)) return name;
  const words = name
    .replace(/_/g, " ")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `whatsApp: NotRegistered`, as a series is called. */
export function inWordsBySeries(name: string): string {
  const [channel = "", ...rest] = name.split(": ");
  return `${channelName(channel)}: ${inWords(rest.join(": "))}`;
}
