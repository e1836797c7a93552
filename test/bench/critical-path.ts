/**
 * The calls that a message waits for, one after the other, as the local run sees them: from `POST /messages` to the answer, and to
 * the provider's call. What a function asks is answered only when it asks for nothing more: what it then has in flight is one round
 * trip, and whatever comes later needed an answer. Used by the test that counts them, and by the latency model.
 */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";
import * as v from "valibot";
import { accessKeyIdOf } from "../../infra/local/aws/iam/credentials.ts";
import { type BenchSystem, newCustomer } from "./bench-system.ts";
import { accepted } from "./ways-in.ts";

/** Calls that a function has in flight at the same time. */
export interface RoundTrip {
  /** As the stack's code names it, e.g. `IngestSingle`. */
  function: string;
  /** The service and the action, e.g. `dynamodb PutItem Messages`; a provider's is `provider`. */
  calls: string[];
}

export interface CriticalPath {
  /** To the answer of `POST /messages`. */
  answer: RoundTrip[];
  /** To the call of the provider that takes the message, with it. */
  provider: RoundTrip[];
}

interface Case {
  name: string;
  /** A new one each time. */
  message: () => object;
  headers?: () => Record<string, string>;
  prepare?: (system: BenchSystem) => Promise<void>;
  /** Every function starts anew for it. */
  isCold?: true;
}

let ids = 0;
const newId = () => `path-${++ids}`;
const toNewNumber = (rules: unknown, others: object = {}) => ({
  to: { phoneNumber: newCustomer().to.phoneNumber },
  body: "Your code is 1234",
  rules,
  ...others,
});
const notOnWhatsApp = newCustomer({ whatsApp: { registered: false } });

export const pathCases = {
  sms: { name: "SMS", message: () => toNewNumber(["sms"]) },
  profile: {
    name: "SMS, to a profile that it makes",
    message: () => {
      const { to, ...others } = toNewNumber(["sms"]);
      return { to: { ...to, profileId: newId() }, ...others };
    },
  },
  key: {
    name: "SMS, with an idempotency key",
    message: () => toNewNumber(["sms"]),
    headers: () => ({ "idempotency-key": newId() }),
  },
  prefer: {
    name: "SMS, as the cheaper of two",
    message: () => toNewNumber({ prefer: "cost", channels: ["sms", "fbMessenger"] }),
  },
  template: {
    name: "WhatsApp, text and template",
    message: () =>
      toNewNumber(["whatsApp"], {
        channelOptions: { whatsApp: { template: { name: "code", language: "en" } } },
      }),
  },
  fallback: {
    name: "SMS, after WhatsApp refused",
    prepare: (system) => system.setPhones(notOnWhatsApp),
    message: () => ({
      ...toNewNumber(["whatsApp", "sms"]),
      to: { phoneNumber: notOnWhatsApp.to.phoneNumber },
    }),
  },
  cold: {
    name: "SMS, every function new",
    message: () => toNewNumber(["sms"]),
    // API Gateway keeps the authorizer's answer by the header; its user name says nothing.
    headers: () => ({ authorization: `Basic ${Buffer.from(`${newId()}:local`).toString("base64")}` }),
    isCold: true,
  },
} satisfies Record<string, Case>;
export type PathCase = keyof typeof pathCases;

/** The system does nothing else meanwhile; it has sent by the channels before, so that what is kept for a while is there. */
export async function pathOf(system: BenchSystem, id: PathCase): Promise<CriticalPath> {
  const one: Case = pathCases[id];
  await one.prepare?.(system);
  if (one.isCold) await Promise.all(system.functions.map(({ ref }) => system.lambda.kill(ref)));
  await system.quiet();
  return countOnce(system, one);
}

/** One message by each channel of the cases. */
export async function warmUp(system: BenchSystem): Promise<void> {
  for (const id of ["sms", "template"] as const) await send(system, pathCases[id]);
}

/**
 * The shortest of several countings: what depends on an answer is never sent before it, but on a busy machine a function may be
 * slower than `heldMs` to send all that it need not wait for.
 */
export async function shortestPathOf(
  system: BenchSystem,
  id: PathCase,
  { countings, isEnough }: { countings: number; isEnough: (path: CriticalPath) => boolean },
): Promise<CriticalPath> {
  const lengthOf = ({ answer, provider }: CriticalPath) => answer.length + provider.length;
  let shortest = await pathOf(system, id);
  for (let counting = 1; counting < countings && !isEnough(shortest); counting++) {
    const path = await pathOf(system, id);
    if (lengthOf(path) < lengthOf(shortest)) shortest = path;
  }
  return shortest;
}

/** Resolves when it has ended; `answered` is called when it is accepted. */
async function send(system: BenchSystem, { message, headers }: Case, answered = () => {}): Promise<void> {
  const answer = await system.post("/messages", message(), headers?.());
  answered();
  await system.endOf(v.parse(accepted, answer).messageId);
}

const isWayIn = ({ function: name }: RoundTrip) => name === "ApiAuthorizer" || name === "IngestSingle";
const isChannel = ({ function: name }: RoundTrip) =>
  name.startsWith("Routing") && name !== "RoutingUndeliverable";
const has = (call: string) => (round: RoundTrip) => round.calls.includes(call);

async function countOnce(system: BenchSystem, one: Case): Promise<CriticalPath> {
  const rounds: RoundTrip[] = [];
  const letGo = holdAnswers(system, (round) => rounds.push(round));
  let answer: RoundTrip[] = [];
  try {
    await send(system, one, () => {
      answer = rounds.filter(isWayIn);
    });
  } finally {
    letGo();
  }
  const channels = rounds.filter(isChannel);
  // What goes on beside it after the start holds nothing up.
  const started = answer.slice(0, answer.findIndex(has("states StartExecution")) + 1);
  return {
    answer,
    provider: [...started, ...channels.slice(0, channels.findLastIndex(has("provider")) + 1)],
  };
}

/** Longer than a function takes between two calls that it makes at once; much shorter than the clients' time-outs. */
const heldMs = 100;

interface OpenRound extends RoundTrip {
  closing: PromiseWithResolvers<void>;
  timer: NodeJS.Timeout;
}

/** Tells of each round trip of a function when it begins; returns what ends that. */
function holdAnswers(
  { aws, carrier, functions }: BenchSystem,
  onRound: (round: RoundTrip) => void,
): () => void {
  const portOf = (url: string) => Number(new URL(url).port);
  const ports = { aws: portOf(aws), carrier: portOf(carrier) };
  const nameOf = new Map(
    functions.map(({ ref }) => [accessKeyIdOf(ref), ref.replace(/^FallbackRouting-|[0-9A-F]{8}$/g, "")]),
  );
  const open = new Map<string, OpenRound>();
  let lastChannel = "";

  const answerAfter = (response: ServerResponse, closed: Promise<void>) => {
    for (const method of ["write", "end"] as const) {
      const original = response[method];
      Object.assign(response, {
        [method]: (...given: unknown[]) => {
          void closed.then(() => Reflect.apply(original, response, given));
          return method === "write" ? true : response;
        },
      });
    }
  };
  const hold = (response: ServerResponse, name: string, call: string) => {
    let round = open.get(name);
    if (round === undefined) {
      const closing = Promise.withResolvers<void>();
      const close = () => {
        open.delete(name);
        closing.resolve();
      };
      round = { function: name, calls: [], closing, timer: setTimeout(close, heldMs) };
      open.set(name, round);
      onRound(round);
    }
    round.timer.refresh();
    round.calls.push(call);
    answerAfter(response, round.closing.promise);
  };
  const watch = (message: unknown) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    const { headers, url = "" } = request;
    const { localPort } = request.socket;
    // Only Meta is called at the carrier's port, by the channel that runs.
    if (localPort === ports.carrier && /^\/v\d/.test(url)) hold(response, lastChannel, "provider");
    const [, key = "", service = ""] =
      /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? "") ?? [];
    const name = nameOf.get(key);
    if (localPort !== ports.aws || name === undefined) return;
    if (isChannel({ function: name, calls: [] })) lastChannel = name;
    const isProvider = name === lastChannel && ["sns", "ses", "sms-voice"].includes(service);
    const action =
      String(headers["x-amz-target"] ?? "")
        .split(".")
        .at(-1) ?? "";
    hold(response, name, isProvider ? "provider" : `${service} ${action}`);
  };
  subscribe("http.server.request.start", watch);
  return () => {
    unsubscribe("http.server.request.start", watch);
    for (const { closing } of open.values()) closing.resolve();
  };
}
