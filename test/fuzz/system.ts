/** The system that a fuzz goes through, on free ports, with messages that its requests can ask for. */
import { createClient } from "../../functions/api/client/client.ts";
import { ensureAssembly } from "../../infra/local/assembly.ts";
import { ensurePage } from "../../infra/local/console/build-page.ts";
import { type System, startSystem } from "../../infra/local/system.ts";
import { fetchContract } from "../contract/contract.ts";
import { largeRequests } from "./hostile/requests.ts";
import { knownMessages, makeRequests } from "./requests.ts";
import { type Outcome, runFuzz } from "./run.ts";

export interface FuzzSystem extends System {
  /** What the functions logged as an error. */
  errors: string[];
}

export async function startFuzzSystem(report: (step: string) => void): Promise<FuzzSystem> {
  const [assembly, page] = await Promise.all([ensureAssembly(report), ensurePage(report)]);
  const errors: string[] = [];
  const onLog = (name: string, line: string) => {
    if (/"level":"ERROR"/.test(line)) errors.push(`${name}: ${line}`);
  };
  const ports = { api: 0, aws: 0, carrier: 0, console: 0 };
  return { ...(await startSystem({ assembly, page, ports, concurrency: 3, onLog })), errors };
}

export async function fuzz(
  { api, apiKey }: FuzzSystem,
  seed: number,
  count: number,
  onAnswer?: (count: number) => void,
): Promise<Outcome> {
  const contract = await fetchContract(api);
  const { POST } = createClient({ baseUrl: api, apiKey });
  const messageIds: string[] = [];
  for (let index = 0; index < knownMessages; index += 1) {
    const body = { to: { phoneNumber: "+447123123123" }, body: "Hello", rules: ["sms" as const] };
    const { data, error } = await POST("/messages", { body });
    if (error) throw new Error(`no message to ask for: ${JSON.stringify(error)}`);
    messageIds.push(data.messageId);
  }
  const large = largeRequests();
  const requests = makeRequests(contract.document, seed, Math.max(1, count - large.length));
  return runFuzz(api, contract, [...requests, ...large], messageIds, onAnswer);
}
