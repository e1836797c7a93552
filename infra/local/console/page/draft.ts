/** The message that is being written, as signals, and the request made from it. Shown by compose.tsx. */
import { batch, computed, effect, signal } from "@preact/signals";
import type { Channel, Plan } from "../contract.ts";
import { customer, type Scenario, zoneAt } from "../scenarios.ts";
import { type FieldError, Refused, server } from "./server-calls.ts";
import { channels, customerPhones } from "./state.ts";

export interface Rule {
  channel: string;
  isOn: boolean;
  /** Seconds, as typed; empty: the channel's own window. */
  fallbackAfter: string;
  /** Empty: the service's own choice. */
  until: string;
}

export const body = signal("Your order is on its way");
/** Empty: not in the request. */
export const title = signal("");
export const profileId = signal("");
/** What it is for; empty: as the client's settings say. */
export const category = signal("");
/** A time of the customer's own clock, as the browser writes it; empty: at once. */
export const sendAt = signal("");
/** Of the customer; empty: by the phone number. */
export const timeZone = signal("");
/** JSON, as typed: fields of the request that have no input of their own here. They take precedence. */
export const furtherFields = signal("");
/** Addresses by their field of `to`. */
export const addresses = signal<Readonly<Record<string, string>>>({});
export const rules = signal<readonly Rule[]>([]);
export const planned = signal<Plan | undefined>(undefined);
/** The faults that the service finds in it, field by field. */
export const faults = signal<readonly FieldError[]>([]);

/** The form begins with a customer to write to; a further channel's field is empty at first. */
const firstAddresses: Readonly<Record<string, string>> = {
  phoneNumber: customer.phoneNumber,
  fbMessengerId: customer.fbMessengerId,
  appDevices: customer.appDevices[0].token,
};
const firstOrder = ["whatsApp", "fbMessenger", "appMessaging", "sms"];

/** The fields of `to` that the channels read, each once. */
export const addressFields = computed(() => {
  const fields = new Set([...Object.keys(firstAddresses), ...channels.value.map(({ address }) => address)]);
  return [...fields].filter((field) => channels.value.some(({ address }) => address === field));
});

/** A channel without a place in this order comes last, and is off. */
const place = ({ id }: Channel) => (firstOrder.includes(id) ? firstOrder.indexOf(id) : firstOrder.length);

export function begin(): void {
  effect(() => {
    const known = channels.value;
    if (known.length === 0 || rules.peek().length > 0) return;
    batch(() => {
      addresses.value = addressesAtFirst();
      rules.value = known
        .toSorted((a, b) => place(a) - place(b))
        .map(({ id }) => ({ channel: id, isOn: firstOrder.includes(id), fallbackAfter: "", until: "" }));
    });
  });
  effect(() => {
    const given = addresses.value;
    customerPhones.value = rules.value.flatMap(({ channel }) => {
      const address = given[channels.value.find(({ id }) => id === channel)?.address ?? ""]?.trim();
      return address ? [`${channel}:${address}`] : [];
    });
  });
  let typing: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const asked = request.value;
    clearTimeout(typing);
    if (rules.value.length > 0) typing = setTimeout(() => void plan(asked), 200);
  });
}

const addressesAtFirst = () =>
  Object.fromEntries(addressFields.value.map((field) => [field, firstAddresses[field] ?? ""]));

/** Fills in a scenario's message: to its customer, with only its channels. */
export function writeScenario({ request }: Scenario, now: Date): void {
  const { body: text, rules: order, customersHour } = request;
  const place = (channel: string) => (order.includes(channel) ? order.indexOf(channel) : order.length);
  batch(() => {
    body.value = text;
    for (const field of [title, profileId, sendAt, furtherFields]) field.value = "";
    category.value = request.category ?? "";
    timeZone.value = customersHour === undefined ? "" : zoneAt(customersHour, now);
    addresses.value = addressesAtFirst();
    rules.value = rules.value
      .toSorted((a, b) => place(a.channel) - place(b.channel))
      .map(({ channel }) => ({ channel, isOn: order.includes(channel), fallbackAfter: "", until: "" }));
  });
}

export const request = computed(() => {
  const given = Object.entries({
    profileId: profileId.value,
    ...addresses.value,
    timeZone: timeZone.value,
  });
  const to = given.flatMap(([field, text]) => {
    const value = text.trim();
    if (value === "") return [];
    return [[field, field === "appDevices" ? [{ platform: "fcm", token: value }] : value] as const];
  });
  return {
    to: Object.fromEntries(to),
    ...(title.value === "" ? {} : { title: title.value }),
    body: body.value,
    ...(category.value === "" ? {} : { category: category.value }),
    ...(sendAt.value === "" ? {} : { sendAt: { local: sendAt.value } }),
    rules: rules.value
      .filter(({ isOn }) => isOn)
      .map(({ channel, fallbackAfter, until }) =>
        fallbackAfter === "" && until === ""
          ? channel
          : {
              channel,
              ...(fallbackAfter === "" ? {} : { fallbackAfter: Number(fallbackAfter) }),
              ...(until === "" ? {} : { until }),
            },
      ),
    ...(further.value ?? {}),
  };
});

/** Undefined where the typed text is not a JSON object. */
const further = computed((): object | undefined => {
  if (furtherFields.value.trim() === "") return {};
  try {
    const parsed: unknown = JSON.parse(furtherFields.value);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
});

/** The fault that the page itself finds, before it asks the service. */
const furtherFault = computed(() =>
  further.value === undefined
    ? 'Further fields must be one JSON object, such as {"metadata": {"order": "1"}}'
    : undefined,
);

async function plan(asked: object): Promise<void> {
  const fault = furtherFault.value;
  if (fault !== undefined)
    return batch(() => {
      planned.value = undefined;
      faults.value = [{ path: furtherPath, message: fault }];
    });
  const answer = await server.plan(asked).catch((error: unknown) => error);
  if (asked !== request.value) return;
  batch(() => {
    planned.value = answer instanceof Error ? undefined : (answer as Plan);
    faults.value = answer instanceof Error ? faultsOf(answer) : [];
  });
}

/** The path of the input for further fields; no field of a request has this name. */
export const furtherPath = "{}";

export const faultsOf = (error: Error): readonly FieldError[] =>
  error instanceof Refused && error.errors.length > 0 ? error.errors : [{ path: "", message: error.message }];

export function setRule(channel: string, change: Partial<Rule>): void {
  rules.value = rules.value.map((rule) => (rule.channel === channel ? { ...rule, ...change } : rule));
}

/** Returns the channel's new place, counted from 1. */
export function moveRule(from: number, to: number): number {
  const moved = [...rules.value];
  const [rule] = moved.splice(from, 1);
  if (rule === undefined || to < 0 || to > moved.length) return from + 1;
  moved.splice(to, 0, rule);
  rules.value = moved;
  return to + 1;
}
