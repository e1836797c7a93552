/**
 * One call of a client's webhook, signed as https://www.standardwebhooks.com says. It connects to the addresses that were
 * checked and to no other, follows no redirect, and reads the answer to a limit and within a time.
 */
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import { Webhook } from "standardwebhooks";
import type { Address } from "./public-address.ts";

export interface Call {
  url: URL;
  secrets: readonly string[];
  id: string;
  payload: string;
  now: Date;
}
export interface Answer {
  status: number;
  /** The header, as it came. */
  retryAfter?: string | undefined;
}
export type MakeCall = (call: Call) => Promise<Answer>;

const longestCallMs = 5_000;
const mostAnswerBytes = 64 * 1024;

export const signedHeaders = ({ secrets, id, payload, now }: Omit<Call, "url">) => ({
  "webhook-id": id,
  "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
  "webhook-signature": secrets.map((secret) => new Webhook(secret).sign(id, now, payload)).join(" "),
});

/** Throws where there is no answer. */
export function createCall(
  checkAddress: (url: URL) => Promise<Address[]>,
  timeoutMs: number = longestCallMs,
): MakeCall {
  return async (call) => {
    const ending = AbortSignal.timeout(timeoutMs);
    const expired = new Promise<never>((_, reject) => {
      ending.addEventListener("abort", () => reject(new Error(`no answer within ${timeoutMs} ms`)));
    });
    const answer = async () => post(call, await checkAddress(call.url), ending);
    return Promise.race([answer(), expired]);
  };
}

function post(call: Call, addresses: Address[], signal: AbortSignal): Promise<Answer> {
  const lookup: LookupFunction = (_, { all }, callback) => {
    const [first] = addresses;
    if (all) callback(null, addresses);
    else if (first) callback(null, first.address, first.family);
    else callback(new Error("the name does not resolve"), "");
  };
  const headers = {
    "content-type": "application/cloudevents+json",
    "content-length": Buffer.byteLength(call.payload),
    "user-agent": "fallback-routing",
    ...signedHeaders(call),
  };
  const request = call.url.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    request(call.url, { method: "POST", headers, lookup, agent: false, signal }, (answer) => {
      const { statusCode: status = 0, headers } = answer;
      drain(answer).then(() => resolve({ status, retryAfter: headers["retry-after"] }), reject);
    })
      .on("error", reject)
      .end(call.payload);
  });
}

/** What it says is of no use; a receiver that never stops is cut off. */
async function drain(answer: IncomingMessage): Promise<void> {
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostAnswerBytes) {
      answer.destroy();
      throw new Error(`the answer is longer than ${mostAnswerBytes} bytes`);
    }
  }
}
