/**
 * The local SQS and SNS topics (fauxqs) in a worker thread, on the local system's clock: when that moves, messages become
 * visible again. Started by messaging.ts, which gets the port.
 */
import { parentPort, workerData } from "node:worker_threads";
import { buildApp } from "fauxqs";
import { moveDate } from "../clock-in-worker.ts";
import { guardServer } from "../own-requests.ts";
import type { MessagingSetup } from "./messaging.ts";

const { clockOffset, region } = workerData as MessagingSetup;
moveDate(clockOffset);
// Not startFauxqs: that listens on every network interface.
const app = buildApp({ logger: false, defaultRegion: region });
// As at the AWS endpoint, which hands calls on.
app.server.keepAliveTimeout = 0;
guardServer(app.server);
const address = await app.listen({ port: 0, host: "127.0.0.1" });
parentPort?.postMessage({ port: Number(new URL(address).port) });
