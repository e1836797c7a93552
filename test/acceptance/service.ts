/** The service from outside: its HTTP API, the AWS endpoint by the real SDK, and the carrier's control API. */
import { createHmac } from "node:crypto";
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
} from "@aws-sdk/client-sfn";
import { inject, TestRunner } from "vitest";
import { secretOf } from "../../infra/local/deploy.ts";
import { checkedFetch } from "../contract/checked-fetch.ts";
import { eventually } from "./eventually.ts";

export const { api, aws, carrier, apiKey } = inject("endpoints");

/** Each answer must be one that the API's document promises. */
export const ask = await checkedFetch(api);

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a black box's answer has whatever shape it has; the tests say which.
  body: any;
}

export async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await ask(path, {
    method,
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? undefined : JSON.parse(text),
  };
}

export const send = (message: object, headers?: Record<string, string>) =>
  call("POST", "/messages", message, headers);

let counter = 0;
/** A customer whom no other test knows, with an address on every channel. */
export function newCustomer() {
  counter += 1;
  const number = `${String(Date.now() % 100_000).padStart(5, "0")}${String(counter).padStart(4, "0")}`;
  return {
    phoneNumber: `+4471${number.slice(-8)}`,
    fbMessengerId: `psid-${number}`,
    appDevices: [{ platform: "fcm", token: `device-${number}` }],
    email: `${number}@customers.example`,
  };
}
export type Customer = ReturnType<typeof newCustomer>;

export const allChannels = [
  "sms",
  "fbMessenger",
  "whatsApp",
  "appMessaging",
  "nativePush",
  "email",
  "rcs",
  "mms",
] as const;
export type ChannelId = (typeof allChannels)[number];

export const addressOf = (customer: Customer, channel: ChannelId): string =>
  ({
    sms: customer.phoneNumber,
    whatsApp: customer.phoneNumber,
    rcs: customer.phoneNumber,
    mms: customer.phoneNumber,
    fbMessenger: customer.fbMessengerId,
    appMessaging: customer.appDevices[0]?.token ?? "",
    nativePush: customer.appDevices[0]?.token ?? "",
    email: customer.email,
  })[channel];

const phoneUrl = (customer: Customer, channel: ChannelId) =>
  `${carrier}/carrier/${channel}/${encodeURIComponent(addressOf(customer, channel))}`;

export async function setPhone(customer: Customer, channel: ChannelId, behaviour: object): Promise<void> {
  const response = await fetch(phoneUrl(customer, channel), {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(behaviour),
  });
  if (!response.ok) throw new Error(await response.text());
}

export async function arrivedAt(
  customer: Customer,
  channel: ChannelId,
): Promise<{ body: string; providerMessageId: string; rich?: object }[]> {
  const phone = (await (await fetch(phoneUrl(customer, channel))).json()) as {
    messages: { body: string; providerMessageId: string; rich?: object }[];
  };
  return phone.messages;
}

/** On an emulator (test/emulator) nobody can move the clock: so long a wait is waited for there. */
const longestRealWaitMs = 5000;

/** Answers what time it is then, ISO 8601. A test that cannot wait so long is skipped from there. */
export async function advanceClock(advanceMs: number): Promise<string> {
  const response = await fetch(`${carrier}/carrier/clock`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ advanceMs }),
  });
  if (response.status === 501) {
    if (advanceMs > longestRealWaitMs)
      TestRunner.getCurrentTest()?.context.skip("nobody can move the clock here");
    await new Promise((resolve) => setTimeout(resolve, advanceMs));
    return new Date().toISOString();
  }
  if (!response.ok) throw new Error(await response.text());
  return ((await response.json()) as { now: string }).now;
}

/** By the system's clock, in milliseconds; where it has none of its own, by the machine's. */
export async function timeNow(): Promise<number> {
  const response = await fetch(`${carrier}/carrier/clock`);
  return response.ok ? Date.parse(((await response.json()) as { now: string }).now) : Date.now();
}

export const traceOf = async (messageId: string) => (await call("GET", `/messages/${messageId}`)).body;

/** Waits for a status; `advanceMs` moves the clock between looks, for what waits on it. */
export const until = (messageId: string, statuses: string[], advanceMs = 0) =>
  eventually(
    statuses.join(" or "),
    () => traceOf(messageId),
    ({ status }) => statuses.includes(status),
    async () => {
      if (advanceMs > 0) await advanceClock(advanceMs);
    },
  );

/** Waits until a channel of the trace has this outcome. */
export const untilOutcome = (messageId: string, channel: string, outcome: string) =>
  eventually(
    `${channel} ${outcome}`,
    () => traceOf(messageId),
    ({ channels }) =>
      channels.some(
        (entry: Record<string, string>) => entry.channel === channel && entry.outcome === outcome,
      ),
  );

/** `sent` is not final: receipts follow, also from the app. */
export const final = ["delivered", "read", "failed", "expired", "cancelled", "resolved"];

export const appSecrets = {
  "whats-app": secretOf("whatsApp", "appSecret"),
  "fb-messenger": secretOf("fbMessenger", "appSecret"),
};
/** A request that Meta signed with the app secret of the local run. */
export function webhook(channel: "whats-app" | "fb-messenger", body: string, secret = appSecrets[channel]) {
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  return ask(`/webhooks/${channel}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-hub-signature-256": `sha256=${signature}` },
    body,
  });
}

/** What a customer does with the phone: writes to the business, or reads what came. */
/** A webhook of the catalogue (infra/local/carrier/answers), by its name, as if this customer had caused it. */
export async function postedFrom(customer: Customer, channel: ChannelId, name: string): Promise<void> {
  await onPhone(customer, channel, "webhooks", { webhook: name });
}

export async function onPhone(
  customer: Customer,
  channel: ChannelId,
  action: "messages" | "read" | "webhooks",
  body: object = {},
): Promise<void> {
  const response = await fetch(`${phoneUrl(customer, channel)}/${action}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
}

export const awsConfiguration = {
  endpoint: aws,
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
};
export const stepFunctions = new SFNClient(awsConfiguration);

/** Waits for the end of an execution and describes it. */
export const endOf = (executionArn: string) =>
  eventually(
    "the execution's end",
    () => stepFunctions.send(new DescribeExecutionCommand({ executionArn })),
    ({ status }) => status !== "RUNNING",
  );

export async function historyOf(executionArn: string): Promise<HistoryEvent[]> {
  const { events } = await stepFunctions.send(
    new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }),
  );
  return events ?? [];
}

/** What Step Functions bills: states entered, and each retry of one, by the state's name. */
export function transitionsIn(history: HistoryEvent[]): string[] {
  const billed: string[] = [];
  let attempts = 0;
  for (const { type, stateEnteredEventDetails } of history) {
    if (type?.endsWith("StateEntered")) {
      billed.push(stateEnteredEventDetails?.name ?? "");
      attempts = 0;
    } else if (type === "TaskScheduled" && ++attempts > 1) billed.push(billed.at(-1) ?? "");
  }
  return billed;
}
