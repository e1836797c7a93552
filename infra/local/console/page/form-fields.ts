/**
 * The fields of the form by the paths of the request that it makes: their names on the page, and the field to which a fault
 * belongs. Pure.
 */

const names: Readonly<Record<string, string>> = {
  body: "Message",
  title: "Title",
  profileId: "Profile id",
  to: "To",
  "to.phoneNumber": "Phone number",
  "to.fbMessengerId": "Messenger id",
  "to.appDevices": "App device token",
  "to.email": "E-mail address",
  "to.timeZone": "Time zone",
  category: "What it is for",
  sendAt: "Send at",
  rules: "Channels",
  "{}": "Further fields",
};
const ofRule: Readonly<Record<string, string>> = {
  fallbackAfter: "seconds until the route goes on",
  until: "counts as reached when",
};

export const addressName = (field: string): string => names[`to.${field}`] ?? field;

/** The key of the field for a path: `to.appDevices[0].token` is in the field of `to.appDevices`. */
export function fieldOf(path: string, channels: readonly string[]): string {
  const [, place, part = ""] = /^rules\[(\d+)\](?:\.(\w+))?/.exec(path) ?? [];
  const channel = place === undefined ? undefined : channels[Number(place)];
  if (channel !== undefined) return `rules.${channel}${part in ofRule ? `.${part}` : ""}`;
  const known = Object.keys(names).filter((name) => path === name || /^[.[]/.test(path.slice(name.length)));
  const [longest] = known.filter((name) => path.startsWith(name)).sort((a, b) => b.length - a.length);
  return longest ?? path;
}

/** The field's name on the page; undefined for faults of the request as a whole. */
export function labelOf(field: string, nameOf: (channel: string) => string): string | undefined {
  const [, channel, part] = /^rules\.(\w+)(?:\.(\w+))?$/.exec(field) ?? [];
  if (channel !== undefined)
    return part === undefined ? nameOf(channel) : `${nameOf(channel)}, ${ofRule[part]}`;
  return field === "" ? undefined : (names[field] ?? `Further fields, ${field}`);
}
