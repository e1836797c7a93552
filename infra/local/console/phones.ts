/** The phones and accounts for the console: those asked for, and others with the latest messages. */
import * as v from "valibot";
import { behaviour, type Phone, type Phones } from "./contract.ts";

const shownOthers = 20;
const shownMessages = 30;

const all = v.record(v.string(), v.array(v.looseObject({ address: v.string(), ...behaviour.entries })));

/** `asked`: `channel:address` each. Channels for which the carrier has no phones are omitted. */
export async function phonesOf(carrierUrl: string, asked: readonly string[]): Promise<Phones> {
  const named = await Promise.all(asked.map((name) => phoneOf(carrierUrl, name)));
  const known = v.parse(all, await (await fetch(`${carrierUrl}/carrier`)).json());
  const names = new Set(asked.map(canonical));
  const others = Object.entries(known)
    .flatMap(([channel, phones]) => phones.map((phone) => ({ ...phone, channel })))
    .filter(({ channel, address }) => !names.has(canonical(`${channel}:${address}`)))
    .sort((a, b) => lastAt(b).localeCompare(lastAt(a)));
  return {
    asked: named.filter((phone) => phone !== undefined).map(trimmed),
    others: others.slice(0, shownOthers).map(trimmed),
    hidden: Math.max(others.length - shownOthers, 0),
  };
}

async function phoneOf(carrierUrl: string, name: string): Promise<Phone | undefined> {
  const [channel = "", address = ""] = splitOnce(name);
  const answer = await fetch(
    `${carrierUrl}/carrier/${encodeURIComponent(channel)}/${encodeURIComponent(address)}`,
  );
  const state = v.safeParse(behaviour, await answer.json());
  return state.success ? { ...state.output, channel, address } : undefined;
}

const splitOnce = (name: string) => [name.slice(0, name.indexOf(":")), name.slice(name.indexOf(":") + 1)];

/** The carrier identifies a phone number by its plus and digits. */
function canonical(name: string): string {
  const [channel = "", address = ""] = splitOnce(name);
  return `${channel}:${/^[\d\s()+-]+$/.test(address) ? `+${address.replace(/\D/g, "")}` : address}`;
}

const lastAt = ({ messages }: { messages: readonly { at: string }[] }) => messages.at(-1)?.at ?? "";
const trimmed = (phone: Phone): Phone => ({
  ...phone,
  messages: phone.messages.slice(-shownMessages),
  written: phone.written.slice(-shownMessages),
});
