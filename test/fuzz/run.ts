/** Sends the requests of the fuzz, some at once, and holds every answer against the document. */
import { createHmac } from "node:crypto";
import { Agent, request } from "node:http";
import pMap from "p-map";
import { secretOf } from "../../infra/local/deploy.ts";
import type { Contract } from "../contract/contract.ts";
import { faultsOf } from "./oracle.ts";
import type { FuzzRequest, Kind } from "./request.ts";

const atOnce = 8;
/** What `npm start` gives its Meta accounts. */
const appSecretOf = (path: string) =>
  secretOf(path.startsWith("/webhooks/whats-app") ? "whatsApp" : "fbMessenger", "appSecret");

export interface Finding {
  request: FuzzRequest;
  body: string | undefined;
  status: number;
  answer: string;
  faults: string[];
}
export interface Outcome {
  findings: Finding[];
  /** Answers by kind and status. */
  counts: Record<Kind, Record<number, number>>;
  /** The messages that were accepted one by one. */
  accepted: string[];
}

export async function runFuzz(
  api: string,
  contract: Contract,
  requests: readonly FuzzRequest[],
  messageIds: readonly string[],
  onAnswer: (count: number) => void = () => {},
): Promise<Outcome> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const outcome: Outcome = {
    findings: [],
    counts: { valid: {}, "nearly valid": {}, hostile: {} },
    accepted: [],
  };
  let answered = 0;
  try {
    await pMap(
      requests,
      async (one) => {
        const path = one.path.replace(
          /\{message:(\d+)\}/,
          (_, index: string) => messageIds[Number(index)] ?? "",
        );
        const body = one.body?.();
        const answer = await exchange(agent, api, { ...one, path }, body);
        const counts = outcome.counts[one.kind];
        counts[answer.status] = (counts[answer.status] ?? 0) + 1;
        const sent = { method: one.method, path, ...answer };
        if (answer.status === 201 && path === "/messages")
          outcome.accepted.push((JSON.parse(answer.body) as { messageId: string }).messageId);
        const faults = faultsOf(contract, sent, { body, mustBeRefused: one.mustBeRefused ?? false });
        if (faults.length > 0)
          outcome.findings.push({
            request: { ...one, path },
            body,
            status: answer.status,
            answer: answer.body,
            faults,
          });
        onAnswer(++answered);
      },
      { concurrency: atOnce },
    );
  } finally {
    agent.destroy();
  }
  return outcome;
}

interface Answered {
  status: number;
  headers: Headers;
  body: string;
}

/** By hand: fetch would put headers together, and mend paths. */
function exchange(agent: Agent, api: string, one: FuzzRequest, text: string | undefined): Promise<Answered> {
  const url = new URL(api);
  const body = Buffer.from(text ?? "");
  const signature = createHmac("sha256", appSecretOf(one.path)).update(body).digest("hex");
  const headers = [
    ["host", url.host],
    ...one.headers,
    ...(one.signed ? [["x-hub-signature-256", `sha256=${signature}`]] : []),
    ...(text === undefined ? [] : [["content-length", String(body.length)]]),
  ].flat();
  return new Promise((resolve, reject) => {
    const { hostname, port } = url;
    const call = request(
      { agent, hostname, port, method: one.method, path: one.path, headers },
      (response) => {
        let answer = "";
        response.setEncoding("utf8").on("data", (chunk: string) => {
          answer += chunk;
        });
        response.on("error", reject).on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: new Headers(response.headers as Record<string, string>),
            body: answer,
          }),
        );
      },
    );
    call.on("error", reject).end(text === undefined ? undefined : body);
  });
}
