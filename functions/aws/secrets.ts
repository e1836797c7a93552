/** The middleware that reads a function's secrets from SSM parameters, whose names are in environment variables. */
import { SSMClient } from "@aws-sdk/client-ssm";
import type middy from "@middy/core";
import ssm from "@middy/ssm";
import { requiredVariable } from "../shared/environment.ts";
import { clientConfiguration } from "./client.ts";

/** Long enough to cost little, short enough that a rotated secret is used without a deployment. */
const cacheMs = 15 * 60_000;

/** The state machine retries the channel's function on this name (infra/state-machine-definition.ts). */
class SecretsUnavailable extends Error {
  override readonly name = "SecretsUnavailable";
}

/**
 * Puts each secret into the handler's context by its name. `variables`: the environment variable of each, by the secret's name.
 * Throws SecretsUnavailable where SSM does not return them.
 */
export function secretsMiddleware(variables: Readonly<Record<string, string>>): middy.MiddlewareObj {
  const { before } = fromParameters(variables);
  return {
    before: async (request) => {
      try {
        await before?.(request);
      } catch (cause) {
        throw new SecretsUnavailable("the secrets could not be read from SSM", { cause });
      }
    },
  };
}

const fromParameters = (variables: Readonly<Record<string, string>>): middy.MiddlewareObj =>
  ssm({
    AwsClient: SSMClient,
    awsClientOptions: clientConfiguration(),
    fetchData: Object.fromEntries(
      Object.entries(variables).map(([name, variable]) => [name, requiredVariable(variable)]),
    ),
    cacheExpiry: cacheMs,
    cacheKey: "secrets",
    setToContext: true,
    disablePrefetch: true,
  }) as middy.MiddlewareObj;
export type SecretsMiddleware = typeof secretsMiddleware;

export const secretsIn = (context: object, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, String(Reflect.get(context, name))]));
