/** The middleware that reads a function's secrets from SSM, and the variables that name their parameters. */
import { SSMClient } from "@aws-sdk/client-ssm";
import type middy from "@middy/core";
import ssm from "@middy/ssm";
import { requiredVariable } from "../shared/environment.ts";
import { clientConfiguration } from "./client.ts";

/** Long enough to cost nothing, short enough that a rotated secret is picked up without a deployment. */
const cacheMs = 15 * 60_000;

/** Puts each secret into the handler's context under its name. `variables`: the variable that names its parameter, by name. */
export const secretsMiddleware = (variables: Readonly<Record<string, string>>): middy.MiddlewareObj =>
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
