/**
 * The keys for the hashes under which addresses are looked up, from an SSM parameter: the key, or during a rotation the new one
 * and those before it (`new,old`).
 */
import { GetParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { environment } from "../shared/environment.ts";
import { clientConfiguration } from "./client.ts";

/** As for other secrets: short enough that a rotation needs no deployment. */
const cacheMs = 15 * 60_000;

/** The keys of this deployment, the newest first, read at the first use. Throws where the parameter is not there. */
export function createHashKeys(): () => Promise<string[]> {
  const parameterName = environment("HASH_KEY_PARAMETER");
  const ssm = new SSMClient(clientConfiguration());
  let known: { keys: Promise<string[]>; until: number } | undefined;
  const read = async (): Promise<string[]> => {
    const { Parameters: [parameter] = [] } = await ssm.send(
      new GetParametersCommand({ Names: [parameterName], WithDecryption: true }),
    );
    const keys = (parameter?.Value ?? "").split(",").map((key) => key.trim());
    if (keys.some((key) => key === "")) throw new Error(`the parameter ${parameterName} must hold a key`);
    return keys;
  };
  return () => {
    if (known === undefined || known.until <= Date.now()) {
      const keys = read();
      known = { keys, until: Date.now() + cacheMs };
      keys.catch(() => {
        known = undefined;
      });
    }
    return known.keys;
  };
}
