/** The calls to the console's server: each answer is checked by its schema, each refusal becomes an error with a text. */
import * as v from "valibot";
import {
  accepted,
  answer,
  comparison,
  execution,
  type LiveChange,
  liveChange,
  messagePage,
  phones,
  plan,
  problem,
  record,
  system,
} from "../contract.ts";

export interface FieldError {
  path: string;
  message: string;
}

/** A refusal, with its texts and the fields that have faults. */
export class Refused extends Error {
  readonly status: number;
  readonly faults: readonly string[];
  /** The same, each with the path of its field. */
  readonly errors: readonly FieldError[];
  constructor(status: number, message: string, errors: readonly FieldError[] = []) {
    super(message);
    this.status = status;
    this.errors = errors;
    this.faults = errors.map(({ path, message: what }) => (path === "" ? what : `${path} ${what}`));
  }
}

async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`/api${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  }).catch(() => {
    throw new Refused(0, "The local run does not answer: it may have been stopped.");
  });
  const text = await response.text();
  const answer: unknown = text === "" ? undefined : parseJson(text);
  if (response.ok) return answer;
  const parsed = v.safeParse(problem, answer);
  const { title, detail, message, errors = [] } = parsed.success ? parsed.output : {};
  // Neither a problem of the service nor a fault of the carrier: the route does not exist.
  if (response.status === 404 && title === undefined && errors.length === 0 && method !== "GET")
    throw new Refused(404, "This local run does not offer that yet.");
  throw new Refused(response.status, detail ?? title ?? message ?? `Refused with ${response.status}`, errors);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const part = encodeURIComponent;
const query = (fields: readonly (readonly [string, string])[]) =>
  new URLSearchParams(fields.map((field) => [...field]));

export const server = {
  system: async () => v.parse(system, await call("GET", "/system")),
  /** A page of the messages that match, after the message `after`. */
  list: async (filter: Readonly<Record<string, string>>, after: string | undefined) =>
    v.parse(
      messagePage,
      await call(
        "GET",
        `/list?${query([...Object.entries(filter), ...(after ? [["after", after] as const] : [])])}`,
      ),
    ),
  record: async (messageId: string) => v.parse(record, await call("GET", `/records/${part(messageId)}`)),
  execution: async (name: string) => v.parse(execution, await call("GET", `/executions/${part(name)}`)),
  stopExecution: (name: string) => call("POST", `/executions/${part(name)}/stop`),
  send: async (message: object) => v.parse(accepted, await call("POST", "/messages", message)),
  plan: async (message: object) => v.parse(plan, await call("POST", "/messages/plan", message)),
  compare: async (orders: readonly (readonly string[])[], seed: string) =>
    v.parse(
      comparison,
      await call(
        "GET",
        `/comparison?${query([...orders.map((order) => ["order", order.join()] as const), ["seed", seed]])}`,
      ),
    ),
  cancel: (messageId: string) => call("DELETE", `/messages/${part(messageId)}`),
  phones: async (asked: readonly string[]) =>
    v.parse(phones, await call("GET", `/phones?${query(asked.map((name) => ["phone", name]))}`)),
  answers: async () => v.parse(v.array(answer), await call("GET", "/carrier/answers")),
  setPhone: (channel: string, address: string, change: object) =>
    call("PUT", `/carrier/${part(channel)}/${part(address)}`, change),
  /** `payload`: of the suggestion that is tapped. */
  answer: (channel: string, address: string, body: string, payload?: string) =>
    call("POST", `/carrier/${part(channel)}/${part(address)}/messages`, { body, payload }),
  read: (channel: string, address: string) => call("POST", `/carrier/${part(channel)}/${part(address)}/read`),
  forgetPhones: () => call("DELETE", "/carrier"),
  /** The service forgets when customers last wrote, and their consents. */
  forgetCustomers: () => call("DELETE", "/customers"),
  putSettings: (settings: object) => call("PUT", "/settings", settings),
  advance: (advanceMs: number) => call("POST", "/carrier/clock", { advanceMs }),
};

/** Listens for changes until the page closes; the browser reconnects by itself. */
export function listen(
  onChange: (liveChange: LiveChange) => void,
  connected: (isConnected: boolean) => void,
): void {
  const source = new EventSource("/api/live");
  source.onopen = () => connected(true);
  source.onerror = () => connected(false);
  source.onmessage = ({ data }: MessageEvent<string>) => {
    const parsed = v.safeParse(liveChange, parseJson(data));
    if (parsed.success) onChange(parsed.output);
  };
}
