/**
 * Checks before the start that the template's policies allow its connections: API Gateway and CloudWatch Logs invoke
 * functions, event sources read queues with the function's role, topics write to queues. On AWS a missing permission fails
 * the deployment, or later fails silently. Called by the local system.
 */
import * as v from "valibot";
import type { Resource, Stack } from "../../cloudformation.ts";
import { accountId } from "../../physical-ids.ts";
import { functionArnIn } from "../api-routes.ts";
import { functionArn, httpApiArn, logGroupArn } from "./arns.ts";
import type { Context } from "./conditions.ts";
import { type Caller, type Iam, serviceCaller } from "./index.ts";

interface Connection {
  logicalId: string;
  caller: Caller;
  actions: string[];
  resource: string;
  context: Context;
}

const readsStream = [
  "dynamodb:DescribeStream",
  "dynamodb:GetShardIterator",
  "dynamodb:GetRecords",
  "dynamodb:ListStreams",
];
const readsQueue = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

export function checkConnections(stack: Stack, iam: Iam): void {
  const refused = refusedConnections(stack, iam);
  if (refused.length > 0)
    throw new Error(`the template's policies do not let its parts work together:\n${refused.join("\n")}`);
}

/** One line for each connection that the policies do not allow. */
export function refusedConnections(stack: Stack, iam: Iam): string[] {
  const connections = [
    ...stack.ofType("AWS::ApiGatewayV2::Route").map((route) => ofRoute(route, stack)),
    ...stack.ofType("AWS::ApiGatewayV2::Authorizer").map(ofAuthorizer),
    ...stack.ofType("AWS::Logs::SubscriptionFilter").map(ofSubscriptionFilter),
    ...stack.ofType("AWS::SNS::Subscription").flatMap(ofSubscription),
    ...stack.ofType("AWS::Lambda::EventSourceMapping").flatMap((mapping) => ofEventSource(mapping, iam)),
  ];
  return connections.flatMap(({ logicalId, caller, actions, resource, context }) =>
    actions.flatMap((action) => {
      const refusal = iam.refusal(caller, { action, resource }, context);
      return refusal === undefined ? [] : [`${logicalId}: ${refusal}`];
    }),
  );
}

const invocation = (logicalId: string, service: string, resource: string, sourceArn: string): Connection => ({
  logicalId,
  caller: serviceCaller(service),
  actions: ["lambda:InvokeFunction"],
  resource,
  context: fromHere(sourceArn),
});
const fromHere = (sourceArn: string): Context => ({
  "aws:SourceArn": sourceArn,
  "aws:SourceAccount": accountId,
  "aws:SourceOwner": accountId,
});

const routeProperties = v.looseObject({ ApiId: v.string(), RouteKey: v.string(), Target: v.string() });
const integrationProperties = v.looseObject({ IntegrationUri: v.string() });

function ofRoute({ logicalId, properties }: Resource, stack: Stack): Connection {
  const { ApiId, RouteKey, Target } = v.parse(routeProperties, properties);
  const integration = stack
    .ofType("AWS::ApiGatewayV2::Integration")
    .find(({ ref }) => Target === `integrations/${ref}`);
  const { IntegrationUri } = v.parse(integrationProperties, integration?.properties);
  const source = httpApiArn(ApiId, `$default/${RouteKey.replace(" ", "")}`);
  return invocation(logicalId, "apigateway.amazonaws.com", functionArnIn(IntegrationUri), source);
}

const authorizerProperties = v.looseObject({ ApiId: v.string(), AuthorizerUri: v.string() });

function ofAuthorizer({ logicalId, ref, properties }: Resource): Connection {
  const { ApiId, AuthorizerUri } = v.parse(authorizerProperties, properties);
  const source = httpApiArn(ApiId, `authorizers/${ref}`);
  return invocation(logicalId, "apigateway.amazonaws.com", functionArnIn(AuthorizerUri), source);
}

const filterProperties = v.looseObject({ LogGroupName: v.string(), DestinationArn: v.string() });

function ofSubscriptionFilter({ logicalId, properties }: Resource): Connection {
  const { LogGroupName, DestinationArn } = v.parse(filterProperties, properties);
  return invocation(logicalId, "logs.amazonaws.com", DestinationArn, logGroupArn(LogGroupName));
}

const subscriptionProperties = v.looseObject({
  TopicArn: v.string(),
  Protocol: v.string(),
  Endpoint: v.optional(v.string(), ""),
});

function ofSubscription({ logicalId, properties }: Resource): Connection[] {
  const { TopicArn, Protocol, Endpoint } = v.parse(subscriptionProperties, properties);
  const service = "sns.amazonaws.com";
  if (Protocol === "lambda") return [invocation(logicalId, service, Endpoint, TopicArn)];
  if (Protocol !== "sqs") return [];
  const caller = serviceCaller(service);
  return [
    { logicalId, caller, actions: ["sqs:SendMessage"], resource: Endpoint, context: fromHere(TopicArn) },
  ];
}

const mappingProperties = v.looseObject({
  EventSourceArn: v.string(),
  FunctionName: v.string(),
  DestinationConfig: v.optional(v.looseObject({ OnFailure: v.looseObject({ Destination: v.string() }) })),
});

/** The function's role reads the source, and writes failed batches to the destination. */
function ofEventSource({ logicalId, properties }: Resource, iam: Iam): Connection[] {
  const { EventSourceArn, FunctionName, DestinationConfig } = v.parse(mappingProperties, properties);
  const name = functionArn(FunctionName).split(":").at(6) ?? "";
  const caller = iam.callerOfFunction(name);
  const actions = EventSourceArn.startsWith("arn:aws:sqs:") ? readsQueue : readsStream;
  const failures = DestinationConfig?.OnFailure.Destination;
  return [
    { logicalId, caller, actions, resource: EventSourceArn, context: {} },
    ...(failures === undefined
      ? []
      : [{ logicalId, caller, actions: ["sqs:SendMessage"], resource: failures, context: {} }]),
  ];
}
