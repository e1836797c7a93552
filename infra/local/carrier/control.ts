/**
 * The carrier's control API, for people and tests: the behaviour of phones and senders, the messages that arrived, the clock.
 * Mounted by index.ts. infra/local/README.md lists the calls.
 */
import type { FastifyInstance } from "fastify";
import * as v from "valibot";
import type { Clock } from "../clock.ts";
import { type Accounts, accountsChange } from "./accounts.ts";
import { answerOf, catalogue, namesOf, occasionsOf } from "./answers/index.ts";
import {
  behaviourChange,
  identityChange,
  isFaulty,
  merge,
  mergeFaultSettings,
  milliseconds,
} from "./behaviour.ts";
import { type Customers, hasWebhook, isTwoWay, reportsRead, type WebhookChannel } from "./customers.ts";
import type { Identities } from "./identities.ts";
import type { Phones } from "./phones.ts";
import { type Channel, channels } from "./sends.ts";

export interface ControlOptions {
  phones: Phones;
  customers: Customers;
  identities: Identities;
  accounts: Accounts;
  clock: Clock;
  /** Resets the carrier: phones, accounts, SNS's endpoints and pending receipts. */
  forget: () => void;
}

interface Fault {
  path: string;
  message: string;
}

class Refused extends Error {
  readonly status: number;
  readonly faults: Fault[];
  constructor(status: number, faults: Fault[]) {
    super(faults.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("; "));
    this.status = status;
    this.faults = faults;
  }
}
const refused = (path: string, message: string, status = 400) => new Refused(status, [{ path, message }]);

const parameters = v.object({ channel: v.string(), address: v.string() });
const identityParameter = v.object({ id: v.pipe(v.string(), v.minLength(1)) });
const text = v.pipe(v.string(), v.minLength(1));
/** `answers`: the id of the message that the customer replies to. `payload`: of the suggestion that they tap. */
const written = v.strictObject({ body: text, answers: v.optional(text), payload: v.optional(text) });
const posted = (channel: WebhookChannel) => {
  const names = namesOf("webhook", channel);
  const unknown = ({ received }: { received: string }) =>
    `there is no webhook ${received} here; there are ${names.join(", ")}`;
  return v.strictObject({
    webhook: v.picklist(names, unknown),
    body: v.optional(text),
    answers: v.optional(text),
  });
};
const clockMove = v.strictObject({ advanceMs: milliseconds });

export function controlRoutes(scope: FastifyInstance, options: ControlOptions): void {
  const { phones, identities, accounts, clock, forget } = options;
  // The body is JSON whatever its content type (curl sends another); a DELETE may have a content type without a body.
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => {
    try {
      done(null, String(body).trim() === "" ? undefined : JSON.parse(String(body)));
    } catch {
      done(refused("", "the body is not JSON"));
    }
  });
  scope.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    const status = error instanceof Refused ? error.status : (error.statusCode ?? 500);
    const errors = error instanceof Refused ? error.faults : [{ path: "", message: error.message }];
    return reply.code(status).send({ message: error.message, errors });
  });

  scope.get("/carrier", () => phones.all());
  scope.delete("/carrier", (_request, reply) => {
    forget();
    return reply.code(204).send();
  });
  scope.get("/carrier/answers", () =>
    catalogue.map((answer) => {
      const { name, channel, provider, what, about, source } = answer;
      return { name, channel, ...(provider && { provider }), what, when: occasionsOf(answer), about, source };
    }),
  );
  scope.get("/carrier/accounts", () => accounts.state);
  scope.put("/carrier/accounts", (request) => accounts.change(check(accountsChange, request.body)));
  scope.get("/carrier/identities", () => identities.all());
  scope.get("/carrier/identities/:id", (request) =>
    identities.stateOf(check(identityParameter, request.params).id),
  );
  scope.put("/carrier/identities/:id", (request) => {
    const { id } = check(identityParameter, request.params);
    const change = check(identityChange, request.body);
    checkTimes(change.times, mergeFaultSettings(identities.stateOf(id), change));
    return identities.change(id, change);
  });
  scope.get("/carrier/:channel/:address", (request) => {
    const { channel, address } = phoneOf(request.params);
    return phones.stateOf(channel, address);
  });
  scope.put("/carrier/:channel/:address", (request) => {
    const { channel, address } = phoneOf(request.params);
    const change = check(behaviourChange(channel), request.body);
    if (change.fault && (change.answer || change.laterAnswer))
      throw refused("fault", "it cannot be set together with answer or laterAnswer");
    checkTimes(change.times, merge(phones.stateOf(channel, address), change));
    return phones.change(channel, address, change);
  });
  customerRoutes(scope, options.customers);
  scope.get("/carrier/clock", () => ({ now: new Date(clock.now()).toISOString() }));
  scope.post("/carrier/clock", async (request) => {
    const passed = await clock.pass(check(clockMove, request.body).advanceMs);
    return { now: new Date(clock.now()).toISOString(), ...passed };
  });
}

function customerRoutes(scope: FastifyInstance, customers: Customers): void {
  scope.post("/carrier/:channel/:address/messages", (request) => {
    const { channel, address } = phoneOf(request.params);
    if (!isTwoWay(channel)) throw notHere(channel, "customers cannot write to the business by it");
    const given = check(written, request.body);
    if (given.payload !== undefined && channel === "sms")
      throw refused("payload", `not possible by ${channel}: it has no buttons`);
    return customers.write(channel, address, given);
  });
  scope.post("/carrier/:channel/:address/webhooks", async (request) => {
    const { channel, address } = phoneOf(request.params);
    if (!hasWebhook(channel)) throw notHere(channel, "it has no webhook");
    const { webhook: name, ...words } = check(posted(channel), request.body);
    const webhook = answerOf("webhook", name, { channel });
    const answer = webhook && (await customers.post(channel, address, webhook, words));
    if (answer === undefined)
      throw refused("webhook", "it is about the message last sent there, but none was sent");
    return answer;
  });
  scope.post("/carrier/:channel/:address/read", (request) => {
    const { channel, address } = phoneOf(request.params);
    if (!reportsRead(channel)) throw notHere(channel, "it does not report reads");
    return customers.read(channel, address);
  });
}

function checkTimes(times: number | undefined, state: Parameters<typeof isFaulty>[0]): void {
  if (times !== undefined && !isFaulty(state))
    throw refused("times", "there is no fault and no answer to limit");
}

const notHere = (channel: Channel, why: string) => refused("channel", `not possible by ${channel}: ${why}`);

function phoneOf(params: unknown): { channel: Channel; address: string } {
  const { channel: name, address } = check(parameters, params);
  const channel = channels.find((known) => known === name);
  if (channel === undefined)
    throw refused("channel", `there is no channel ${name}: the channels are ${channels.join(", ")}`, 404);
  if (address.trim() === "") throw refused("address", "must not be empty");
  return { channel, address };
}

function check<T extends v.GenericSchema>(schema: T, input: unknown): v.InferOutput<T> {
  const parsed = v.safeParse(schema, input);
  if (parsed.success) return parsed.output;
  throw new Refused(
    400,
    parsed.issues.map((issue) => ({ path: v.getDotPath(issue) ?? "", message: issue.message })),
  );
}
