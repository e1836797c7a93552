/**
 * Connections for calls that must not be repeated. Lambda freezes a function between invocations: no timer runs, and a connection
 * that its peer closed meanwhile looks open. A call on it fails, and nobody knows whether the service received it. So idle
 * connections are closed before the next call; while calls follow each other closely, they are kept.
 * https://github.com/aws/aws-sdk-js-v3/issues/1196
 */
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";

/** Longer than the pause between two calls of one invocation, shorter than any peer keeps an idle connection. */
const longestIdleMs = 1_000;

export function createConnections() {
  const options = { keepAlive: true, maxSockets: 50 };
  const agents = { httpAgent: new HttpAgent(options), httpsAgent: new HttpsAgent(options) };
  let usedAt = 0;
  return {
    /** For the SDK's `requestHandler`. */
    agents,
    /** Runs the call on a connection that was used a moment ago, or on a new one. */
    async use<Result>(call: () => Promise<Result>): Promise<Result> {
      if (Date.now() - usedAt > longestIdleMs)
        for (const { freeSockets } of Object.values(agents))
          for (const socket of Object.values(freeSockets).flat()) socket?.destroy();
      try {
        return await call();
      } finally {
        usedAt = Date.now();
      }
    },
  };
}
