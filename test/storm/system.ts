/** The system that a storm goes through: on free ports, with sandboxes enough for two cores. */
import { ensureAssembly } from "../../infra/local/assembly.ts";
import { ensurePage } from "../../infra/local/console/build-page.ts";
import { type System, startSystem } from "../../infra/local/system.ts";

/** Of a function: more gain nothing, cost memory, and each one that is killed must be started again. */
const concurrency = 3;

export async function startStormSystem(report: (step: string) => void): Promise<System> {
  const [assembly, page] = await Promise.all([ensureAssembly(report), ensurePage(report)]);
  return startSystem({ assembly, page, ports: { api: 0, aws: 0, carrier: 0, console: 0 }, concurrency });
}
