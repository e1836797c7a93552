/**
 * The carrier: one HTTP server with the control API (`/carrier/…`, for tests and people) and Meta's Graph API
 * (`/v26.0/{id}/messages`), and the SNS calls that the AWS endpoint hands over.
 */
import Fastify, { type FastifyRequest } from "fastify";
import * as v from "valibot";
import type { Clock } from "../clock.ts";
import { sendByGraph } from "./graph-api.ts";
import { behaviourChange, channelIds, Phones } from "./phones.ts";
import { SnsPhones, type SnsResult } from "./sns.ts";

export interface CarrierOptions {
  clock: Clock;
  /** 0 picks a free one. */
  port: number;
  /** The bearer token that Graph API calls must carry. */
  accessToken: string;
}

export interface Carrier {
  url: string;
  handleSns: (form: URLSearchParams) => Promise<SnsResult>;
  stop: () => Promise<void>;
}

const phoneParameters = v.object({
  channel: v.picklist(channelIds, `the channel must be one of ${channelIds.join(", ")}`),
  address: v.pipe(v.string(), v.minLength(1)),
});
const clockMove = v.strictObject({ advanceMs: v.pipe(v.number(), v.minValue(0)) });

export async function createCarrier({ clock, port, accessToken }: CarrierOptions): Promise<Carrier> {
  const phones = new Phones(clock);
  let sns = new SnsPhones(phones);
  const server = Fastify({
    bodyLimit: 10 * 1024 * 1024,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 5000 },
  });

  server.setErrorHandler((error, _request, reply) => {
    if (error instanceof v.ValiError)
      return reply.code(400).send({
        errors: error.issues.map((issue) => ({ path: v.getDotPath(issue) ?? "", message: issue.message })),
      });
    return reply.send(error);
  });
  server.put("/carrier/:channel/:address", (request) => {
    const { channel, address } = v.parse(phoneParameters, request.params);
    return phones.change(channel, address, v.parse(behaviourChange, request.body));
  });
  server.get("/carrier/:channel/:address", (request) => {
    const { channel, address } = v.parse(phoneParameters, request.params);
    return phones.at(channel, address);
  });
  server.delete("/carrier", (_request, reply) => {
    phones.forget();
    sns = new SnsPhones(phones);
    return reply.code(204).send();
  });
  server.post("/carrier/clock", async (request) => {
    await clock.advance(v.parse(clockMove, request.body).advanceMs);
    return { now: new Date(clock.now()).toISOString() };
  });
  server.post("/:version/:sender/messages", (request, reply) => {
    const answer = sendByGraph(phones, accessToken, { accessToken: tokenOf(request), body: request.body });
    if (answer !== "drop-connection") return reply.code(answer.status).send(answer.body);
    reply.hijack();
    request.raw.socket.destroy();
    return reply;
  });

  const url = await server.listen({ port, host: "127.0.0.1" });
  return { url, handleSns: async (form) => sns.handle(form), stop: () => server.close() };
}

function tokenOf(request: FastifyRequest): string | undefined {
  const query = request.query as Record<string, string | undefined>;
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? query.access_token;
}
