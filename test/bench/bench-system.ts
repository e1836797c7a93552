/**
 * The local run as the bench uses it: in this process, with customers to send to, and ways to see when a message is over and
 * when nothing moves any more. `watched` also reports each HTTP exchange and each invocation.
 */
import { setTimeout as pause } from "node:timers/promises";
import * as v from "valibot";
import { ensureAssembly } from "../../infra/local/assembly.ts";
import { type Resource, readTemplate, Stack } from "../../infra/local/cloudformation.ts";
import { ensurePage } from "../../infra/local/console/build-page.ts";
import { type System, startSystem } from "../../infra/local/system.ts";
import { type Exchange, watchHttp } from "./watch-http.ts";

export interface Invocation {
  functionName: string;
  payload: unknown;
  milliseconds: number;
}
export interface Watcher {
  onExchange: (exchange: Exchange) => void;
  onInvocation: (invocation: Invocation) => void;
  onLog: (functionName: string, line: string) => void;
}

export interface BenchSystem extends System {
  /** As the template has them, with the local run's values. */
  functions: readonly Resource[];
  tables: readonly Resource[];
  /** Of the API, e.g. `POST /messages`. */
  routes: ReadonlySet<string>;
  /** Tells the carrier how the customer's phones and accounts behave. */
  setPhones: (customer: Customer) => Promise<void>;
  post: (path: string, body: unknown, headers?: Record<string, string>) => Promise<unknown>;
  /** When the execution of this name ended, by this process's clock. */
  endOf: (name: string) => Promise<number>;
  /** No function runs, and for a moment none was called. */
  quiet: () => Promise<void>;
  /** And no execution is open. */
  settled: () => Promise<void>;
}

export type ChannelId = "sms" | "fbMessenger" | "whatsApp" | "appMessaging";
export interface Customer {
  to: { phoneNumber: string; fbMessengerId: string; appDevices: { platform: "fcm"; token: string }[] };
  /** How each channel's phone or account behaves, where it is not as usual. */
  phones: Partial<Record<ChannelId, object>>;
}

let customers = 0;
export function newCustomer(phones: Customer["phones"] = {}): Customer {
  customers += 1;
  const id = String(customers).padStart(7, "0");
  return {
    to: {
      phoneNumber: `+4471${id}0`,
      fbMessengerId: `71${id}00112233`,
      // As long as a registration token of FCM is.
      appDevices: [{ platform: "fcm", token: `${id}:APA91b${"x".repeat(134)}` }],
    },
    phones,
  };
}

const addressOf = ({ to }: Customer, channel: string) =>
  channel === "fbMessenger"
    ? to.fbMessengerId
    : channel === "appMessaging"
      ? (to.appDevices[0]?.token ?? "")
      : to.phoneNumber;

const quietMs = 300;
const details = v.object({ body: v.looseObject({ name: v.string(), status: v.string() }) });

/** `settings`: over those of the local run. */
export async function startBenchSystem(
  watcher?: Watcher,
  settings: Record<string, unknown> = {},
): Promise<BenchSystem> {
  const progress = (step: string) => console.error(`… ${step}`);
  const [assembly, page] = await Promise.all([ensureAssembly(progress, settings), ensurePage(progress)]);
  const system = await startSystem({
    assembly,
    ports: { api: 0, aws: 0, carrier: 0, console: 0 },
    page,
    onLog: (functionName, line) => watcher?.onLog(functionName, line),
  });
  const stack = new Stack(
    readTemplate(assembly, "FallbackRouting"),
    "FallbackRouting",
    system.api,
    system.aws,
  );
  const { lambda, stepFunctions, api, carrier, apiKey } = system;

  let underWay = 0;
  let lastMove = performance.now();
  const invoke = lambda.invoke.bind(lambda);
  lambda.invoke = async (nameOrArn, payload) => {
    const start = performance.now();
    underWay += 1;
    try {
      return await invoke(nameOrArn, payload);
    } finally {
      underWay -= 1;
      lastMove = performance.now();
      const functionName = nameOrArn.split(":").at(-1) ?? nameOrArn;
      watcher?.onInvocation({ functionName, payload, milliseconds: lastMove - start });
    }
  };
  const endWatching = watcher ? watchHttp((exchange) => watcher.onExchange(exchange)) : () => {};

  const ended = new Map<string, number>();
  const waiting = new Map<string, (at: number) => void>();
  stepFunctions.onChange(async (executionArn) => {
    lastMove = performance.now();
    const { body } = v.parse(details, await stepFunctions.handle("DescribeExecution", { executionArn }));
    if (body.status === "RUNNING" || ended.has(body.name)) return;
    ended.set(body.name, lastMove);
    waiting.get(body.name)?.(lastMove);
    waiting.delete(body.name);
  });

  const until = async (isOver: () => boolean) => {
    while (underWay > 0 || !isOver() || performance.now() - lastMove < quietMs) await pause(50);
  };
  const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
  return {
    ...system,
    functions: stack.ofType("AWS::Lambda::Function"),
    tables: stack.ofType("AWS::DynamoDB::Table"),
    routes: new Set(
      stack.ofType("AWS::ApiGatewayV2::Route").map(({ properties }) => String(properties.RouteKey)),
    ),
    async setPhones(customer) {
      for (const [channel, change] of Object.entries(customer.phones)) {
        const url = `${carrier}/carrier/${channel}/${encodeURIComponent(addressOf(customer, channel))}`;
        const answer = await fetch(url, { method: "PUT", headers, body: JSON.stringify(change) });
        if (!answer.ok) throw new Error(await answer.text());
      }
    },
    async post(path, body, others) {
      const answer = await fetch(`${api}${path}`, {
        method: "POST",
        headers: { ...headers, ...others },
        body: JSON.stringify(body),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${text}`);
      return JSON.parse(text);
    },
    endOf(name) {
      const at = ended.get(name);
      return at === undefined ? new Promise((resolve) => waiting.set(name, resolve)) : Promise.resolve(at);
    },
    quiet: () => until(() => true),
    settled: () => until(() => stepFunctions.openExecutions() === 0),
    async stop() {
      endWatching();
      await system.stop();
    },
  };
}
