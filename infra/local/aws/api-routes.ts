/**
 * The routes of the template's HTTP API, and matching a request to one as API Gateway does: the most specific path first, its
 * own method before ANY, `$default` last. Read by the local API Gateway.
 */
import * as v from "valibot";
import type { Stack } from "../cloudformation.ts";

export interface Authorizer {
  functionArn: string;
  ttlSeconds: number;
  /** `$request.header.Authorization`, `$request.querystring.key`, … */
  identitySources: string[];
}
export interface Route {
  key: string;
  method: string;
  /** `{name}` segments are parameters; a last `{name+}` matches the rest. */
  segments: string[];
  functionArn: string;
  timeoutMs: number;
  authorizer: Authorizer | undefined;
}
export interface RouteMatch {
  route: Route;
  parameters: Record<string, string>;
}

const routeProperties = v.looseObject({
  RouteKey: v.string(),
  AuthorizationType: v.optional(v.string(), "NONE"),
  AuthorizerId: v.optional(v.string()),
  Target: v.string(),
});
const integrationProperties = v.looseObject({
  IntegrationType: v.literal("AWS_PROXY"),
  IntegrationUri: v.string(),
  TimeoutInMillis: v.optional(v.number(), 30_000),
});
const authorizerProperties = v.looseObject({
  AuthorizerType: v.literal("REQUEST"),
  AuthorizerUri: v.string(),
  AuthorizerResultTtlInSeconds: v.optional(v.number(), 300),
  IdentitySource: v.optional(v.array(v.string()), []),
});

export function readRoutes(stack: Stack): Route[] {
  const integrations = new Map(
    stack
      .ofType("AWS::ApiGatewayV2::Integration")
      .map(({ ref, properties }) => [ref, v.parse(integrationProperties, properties)]),
  );
  const authorizers = new Map(
    stack.ofType("AWS::ApiGatewayV2::Authorizer").map(({ ref, properties }) => {
      const given = v.parse(authorizerProperties, properties);
      const authorizer: Authorizer = {
        functionArn: functionArnIn(given.AuthorizerUri),
        ttlSeconds: given.AuthorizerResultTtlInSeconds,
        identitySources: given.IdentitySource,
      };
      return [ref, authorizer];
    }),
  );
  const routes = stack.ofType("AWS::ApiGatewayV2::Route").map(({ properties, logicalId }): Route => {
    const { RouteKey, AuthorizationType, AuthorizerId = "", Target } = v.parse(routeProperties, properties);
    const integration = integrations.get(Target.replace("integrations/", ""));
    if (integration === undefined) throw new Error(`the route ${logicalId} has no integration`);
    const authorizer = AuthorizationType === "NONE" ? undefined : authorizers.get(AuthorizerId);
    // Never opens a protected route just because its authorizer is unknown here.
    if (AuthorizationType !== "NONE" && authorizer === undefined)
      throw new Error(
        `the route ${logicalId} has an authorizer (${AuthorizationType}) that does not run locally`,
      );
    const [method = "", path = ""] = RouteKey.split(" ");
    return {
      key: RouteKey,
      method,
      segments: path.split("/").slice(1),
      functionArn: functionArnIn(integration.IntegrationUri),
      timeoutMs: integration.TimeoutInMillis,
      authorizer,
    };
  });
  return routes.sort(bySpecificity);
}

export function matchRoute(routes: readonly Route[], method: string, path: string): RouteMatch | undefined {
  const given = path.split("/").slice(1);
  for (const route of routes) {
    if (route.key === "$default") return { route, parameters: {} };
    if (route.method !== method && route.method !== "ANY") continue;
    const parameters = matchSegments(route.segments, given);
    if (parameters !== undefined) return { route, parameters };
  }
  return undefined;
}

function matchSegments(segments: string[], given: string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const value = given[index];
    const [, name, greedy] = /^\{([\w.-]+)(\+?)\}$/.exec(segment) ?? [];
    if (name === undefined) {
      if (segment !== value) return undefined;
    } else if (value === undefined || value === "") return undefined;
    else if (greedy === "+") return { ...parameters, [name]: given.slice(index).map(decode).join("/") };
    else parameters[name] = decode(value);
  }
  return segments.length === given.length ? parameters : undefined;
}

/** `arn:aws:apigateway:…/functions/<arn>/invocations`, or the ARN itself. */
export const functionArnIn = (uri: string) => /(arn:aws:lambda:[^/]+)/.exec(uri)?.[1] ?? uri;

/** /messages/plan before /messages/{messageId}, that before /{proxy+}, and `$default` at the end. */
function bySpecificity(a: Route, b: Route): number {
  const rank = ({ key, method, segments }: Route) => [
    Number(key === "$default"),
    segments.filter((segment) => segment.endsWith("+}")).length,
    segments.filter((segment) => segment.startsWith("{")).length,
    -segments.length,
    Number(method === "ANY"),
  ];
  const other = rank(b);
  return (
    rank(a)
      .map((value, index) => value - (other[index] ?? 0))
      .find((difference) => difference !== 0) ?? 0
  );
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
