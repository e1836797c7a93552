/**
 * The console page of the local run: static files, a same-origin JSON API and live updates, only for this machine. The
 * browser has no API key: the server adds it. Started by the local system.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import Fastify, { type FastifyInstance } from "fastify";
import * as v from "valibot";
import type { Clock } from "../clock.ts";
import type { StepFunctions } from "../step-functions/index.ts";
import { check } from "./check.ts";
import type { Facts } from "./compare/compare-orders.ts";
import { compareRoutes } from "./compare/routes.ts";
import { ActionRefused, Executions } from "./executions.ts";
import { guard } from "./guard.ts";
import { Live } from "./live.ts";
import { MessageList } from "./messages/list.ts";
import type { PublishedEvents } from "./messages/published-events.ts";
import { messageRoutes } from "./messages/routes.ts";
import type { MessageSource } from "./messages/source.ts";
import { passRoutes } from "./pass.ts";
import { phonesOf } from "./phones.ts";
import { referenceRoutes } from "./reference.ts";

export interface ConsoleOptions {
  clock: Clock;
  /** 0 picks a free one. */
  port: number;
  /** The directory of the bundled page. */
  page: string;
  stepFunctions: StepFunctions;
  api: { url: string; apiKey: string };
  carrier: { url: string; onMessage: (listener: () => void) => void };
  messages: MessageSource;
  publishedEvents: Pick<PublishedEvents, "of" | "onChange">;
  /** What the functions that run know of the deployment. */
  facts: () => Facts;
  /** When customers last wrote, and their consents, as the service knows them. */
  customers?: { forget: () => Promise<void> };
}

export interface Console {
  url: string;
  stop: () => Promise<void>;
}

const files = [
  { path: "/", file: "index.html", type: "text/html; charset=utf-8" },
  { path: "/console.js", file: "console.js", type: "text/javascript; charset=utf-8" },
  { path: "/console.css", file: "console.css", type: "text/css; charset=utf-8" },
  { path: "/icon.svg", file: "icon.svg", type: "image/svg+xml" },
];

/** An execution's name is, or begins with, the message's id. */
const idLength = 36;
const nameParameter = v.object({ name: v.string() });
const phonesQuery = v.object({
  phone: v.optional(
    v.union([
      v.array(v.string()),
      v.pipe(
        v.string(),
        v.transform((one) => [one]),
      ),
    ]),
    [],
  ),
});

export async function createConsole(options: ConsoleOptions): Promise<Console> {
  const { clock, port, page, stepFunctions, carrier, messages, publishedEvents } = options;
  const offset = new Float64Array(clock.offset);
  const live = new Live({
    offsetMs: () => offset[0] ?? 0,
    phones: async () => (await fetch(`${carrier.url}/carrier`)).text(),
  });
  const list = new MessageList();
  messages.onRecord((record) => live.messageChanged(list.take(record)));
  publishedEvents.onChange((messageId) => live.messageChanged(messageId));
  stepFunctions.onChange((executionArn) =>
    live.messageChanged((executionArn.split(":").at(-1) ?? "").slice(0, idLength)),
  );
  carrier.onMessage(() => void live.look());

  const server = Fastify({ forceCloseConnections: true, routerOptions: { maxParamLength: 5000 } });
  server.addHook("onRequest", guard);
  server.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) =>
    reply.code(statusOf(error)).send({ message: error.message }),
  );
  for (const { path, file, type } of files)
    server.get(path, (_request, reply) => reply.type(type).send(readFileSync(resolve(page, file))));
  server.get("/api/live", (_request, reply) => {
    reply.hijack();
    live.add(reply.raw);
  });
  referenceRoutes(server, page, options.api);
  messageRoutes(server, { list, publishedEvents, get: messages.get });
  compareRoutes(server, options.facts);
  executionRoutes(server, new Executions(stepFunctions.handle));
  server.get("/api/phones", (request) => phonesOf(carrier.url, check(phonesQuery, request.query).phone));
  server.delete("/api/customers", async (_request, reply) => {
    await options.customers?.forget();
    return reply.code(204).send();
  });
  server.register(async (scope) => passRoutes(scope, options, () => live.look()));
  const url = await server.listen({ port, host: "127.0.0.1" });
  return {
    url,
    async stop() {
      live.stop();
      await server.close();
    },
  };
}

function executionRoutes(server: FastifyInstance, executions: Executions): void {
  server.get("/api/system", () => executions.system());
  server.get("/api/executions/:name", (request) =>
    executions.describe(check(nameParameter, request.params).name),
  );
  server.post("/api/executions/:name/stop", async (request, reply) => {
    await executions.stop(check(nameParameter, request.params).name);
    return reply.code(204).send();
  });
}

function statusOf(error: Error & { statusCode?: number }): number {
  if (error instanceof ActionRefused) return 404;
  // `check` validates requests: so this is a backend's response that does not fit its schema.
  return v.isValiError(error) ? 502 : (error.statusCode ?? 500);
}
