/**
 * The HTTP call of a webhook delivery, signed by the Standard Webhooks convention (https://www.standardwebhooks.com), or with
 * headers of its own (`createPost`). It connects to the checked addresses only, follows no redirect, and limits the time and the size of the answer.
 */
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import { Webhook } from "standardwebhooks";
import { longestCallMs } from "../../domain/events/webhook-delivery.ts";
import type { Address } from "./public-address.ts";

export interface Call {
  /** The receiver's URL. */
  url: URL;
  /** The call is signed with each of them. */
  secrets: readonly string[];
  /** The event's id, sent as the header `webhook-id`. */
  id: string;
  /** The event as JSON. */
  payload: string;
  now: Date;
}
export interface Answer {
  status: number;
  /** The header `Retry-After` as the receiver sent it. */
  retryAfter?: string | undefined;
}
export type MakeCall = (call: Call) => Promise<Answer>;

const mostAnswerBytes = 64 * 1024;

export const signedHeaders = ({ secrets, id, payload, now }: Omit<Call, "url">) => ({
  "webhook-id": id,
  "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
  "webhook-signature": secrets.map((secret) => new Webhook(secret).sign(id, now, payload)).join(" "),
});

/** What is posted, and with which headers. */
export interface Post {
  url: URL;
  payload: string;
  headers: Record<string, string>;
}
export type MakePost = (given: Post) => Promise<Answer>;

/** The call throws UnsafeAddress, Node's network error, or Error where the answer takes too long or is too large. */
export function createPost(checkAddress: (url: URL) => Promise<Address[]>, timeoutMs: number): MakePost {
  return async (given) => {
    const ending = AbortSignal.timeout(timeoutMs);
    const expired = new Promise<never>((_, reject) => {
      ending.addEventListener("abort", () => reject(new Error(`no answer within ${timeoutMs} ms`)));
    });
    const answer = async () => post(given, await checkAddress(given.url), ending);
    return Promise.race([answer(), expired]);
  };
}

/** The same, signed. */
export function createCall(
  checkAddress: (url: URL) => Promise<Address[]>,
  timeoutMs: number = longestCallMs,
): MakeCall {
  const makePost = createPost(checkAddress, timeoutMs);
  return async ({ url, ...call }) =>
    makePost({
      url,
      payload: call.payload,
      headers: { "content-type": "application/cloudevents+json", ...signedHeaders(call) },
    });
}

function post(call: Post, addresses: Address[], signal: AbortSignal): Promise<Answer> {
  const lookup: LookupFunction = (_, { all }, callback) => {
    const [first] = addresses;
    if (all) callback(null, addresses);
    else if (first) callback(null, first.address, first.family);
    else callback(new Error("the name does not resolve"), "");
  };
  const headers = {
    "content-length": Buffer.byteLength(call.payload),
    "user-agent": "fallback-routing",
    ...call.headers,
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

/** Reads the answer to its end and ignores it. Throws where it is longer than the limit. */
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
