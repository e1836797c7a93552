/**
 * The carrier's control API, for people and tests: how phones behave, what arrived, the clock. Mounted by index.ts.
 * infra/local/README.md lists its calls.
 */
import type { FastifyInstance } from "fastify";
import * as v from "valibot";
import type { Clock } from "../clock.ts";
import { behaviourChange, milliseconds } from "./behaviour.ts";
import { type Customers, isTwoWay, showsReading } from "./customers.ts";
import type { Phones } from "./phones.ts";
import { type Channel, channels } from "./sends.ts";

export interface ControlOptions {
  phones: Phones;
  customers: Customers;
  clock: Clock;
  /** Forgets what the carrier holds: the phones, SNS's endpoints, and what is under way. */
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

const parameters = v.object({ channel: v.string(), address: v.string() });
const text = v.pipe(v.string(), v.minLength(1));
/** `answers`: the id of the message that the customer answers, as when they swipe it. */
const written = v.strictObject({ body: text, answers: v.optional(text) });
const clockMove = v.strictObject({ advanceMs: milliseconds });

export function controlRoutes(
  scope: FastifyInstance,
  { phones, customers, clock, forget }: ControlOptions,
): void {
  // Whatever curl says its body is, it is JSON; and a DELETE may have a content type and no body.
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => {
    try {
      done(null, String(body).trim() === "" ? undefined : JSON.parse(String(body)));
    } catch {
      done(new Refused(400, [{ path: "", message: "the body is not JSON" }]));
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
  scope.get("/carrier/:channel/:address", (request) => {
    const { channel, address } = phoneOf(request.params);
    return phones.stateOf(channel, address);
  });
  scope.put("/carrier/:channel/:address", (request) => {
    const { channel, address } = phoneOf(request.params);
    const change = check(behaviourChange, request.body);
    const fault = change.fault === undefined ? phones.stateOf(channel, address).fault : change.fault;
    if (change.times !== undefined && fault === null)
      throw new Refused(400, [{ path: "times", message: "there is no fault that it could limit" }]);
    return phones.change(channel, address, change);
  });
  scope.post("/carrier/:channel/:address/messages", (request) => {
    const { channel, address } = phoneOf(request.params);
    if (!isTwoWay(channel)) throw notHere(channel, "nobody can write to the business by it");
    return customers.write(channel, address, check(written, request.body));
  });
  scope.post("/carrier/:channel/:address/read", (request) => {
    const { channel, address } = phoneOf(request.params);
    if (!showsReading(channel)) throw notHere(channel, "nobody hears whether an SMS was read");
    return customers.read(channel, address);
  });
  scope.post("/carrier/clock", async (request) => {
    await clock.advance(check(clockMove, request.body).advanceMs);
    return { now: new Date(clock.now()).toISOString() };
  });
}

const notHere = (channel: Channel, why: string) =>
  new Refused(400, [{ path: "channel", message: `not by ${channel}: ${why}` }]);

function phoneOf(params: unknown): { channel: Channel; address: string } {
  const { channel: name, address } = check(parameters, params);
  const channel = channels.find((known) => known === name);
  if (channel === undefined)
    throw new Refused(404, [
      { path: "channel", message: `there is no channel ${name}: the channels are ${channels.join(", ")}` },
    ]);
  if (address.trim() === "") throw new Refused(400, [{ path: "address", message: "must not be empty" }]);
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
