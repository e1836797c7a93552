/** The HTTP API: routes, their functions, and the authorizer that knows the API keys. */
import { Duration } from "aws-cdk-lib";
import { CfnStage, HttpApi, HttpMethod } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import type { FunctionName } from "./bundle.ts";
import { ServiceFunction } from "./function.ts";
import type { DeploymentSettings } from "./settings.ts";
import type { Tables } from "./tables.ts";

export interface ApiProps {
  readonly settings: DeploymentSettings;
  readonly tables: Tables;
  readonly stateMachine: StateMachine;
  readonly absentChannels: Record<string, string>;
}

export class Api extends Construct {
  readonly url: string;

  constructor(scope: Construct, id: string, { settings, tables, stateMachine, absentChannels }: ApiProps) {
    super(scope, id);
    const makeFunction = (
      name: string,
      bundle: FunctionName,
      description: string,
      environment: Record<string, string> = {},
    ) =>
      new ServiceFunction(this, name, {
        bundle,
        description,
        environment,
        logRetentionDays: settings.logRetentionDays,
      });

    const ingest = makeFunction(
      "Ingest",
      "ingest",
      "Accepts messages: stores them and starts their executions",
      {
        STATE_MACHINE_ARN: stateMachine.stateMachineArn,
        ABSENT_CHANNELS: JSON.stringify(absentChannels),
        PRICES: JSON.stringify(settings.prices),
        WINDOWS: JSON.stringify(settings.windows),
        RETENTION_DAYS: String(settings.retentionDays),
      },
    );
    tables.grant(ingest, "messages", "PutItem", "GetItem");
    tables.grant(ingest, "profiles", "GetItem", "UpdateItem");
    stateMachine.grantStartExecution(ingest);

    const getMessage = makeFunction("GetMessage", "get-message", "Answers the delivery trace of a message", {
      STATE_MACHINE_ARN: stateMachine.stateMachineArn,
    });
    tables.grant(getMessage, "messages", "GetItem");

    const profiles = makeFunction("Profiles", "profiles", "Keeps the addresses known of a customer");
    tables.grant(profiles, "profiles", "GetItem", "PutItem", "DeleteItem");

    const authorizer = makeFunction("Authorizer", "authorizer", "Knows the API keys");
    tables.grant(authorizer, "apiKeys", "GetItem");

    const api = new HttpApi(this, "HttpApi", {
      apiName: "fallback-routing",
      createDefaultStage: true,
      defaultAuthorizer: new HttpLambdaAuthorizer("ApiKey", authorizer, {
        responseTypes: [HttpLambdaResponseType.SIMPLE],
        identitySource: ["$request.header.Authorization"],
        resultsCacheTtl: Duration.minutes(5),
      }),
    });
    // A limit of our own below the account's: one caller cannot use up the region for everything else.
    const stage = api.defaultStage?.node.defaultChild;
    if (stage instanceof CfnStage)
      stage.defaultRouteSettings = { throttlingRateLimit: 1000, throttlingBurstLimit: 2000 };

    const route = (path: string, methods: HttpMethod[], target: ServiceFunction) =>
      api.addRoutes({
        path,
        methods,
        integration: new HttpLambdaIntegration(`${target.node.id}Integration`, target),
      });
    route("/messages", [HttpMethod.POST], ingest);
    route("/messages/plan", [HttpMethod.POST], ingest);
    route("/messages/{messageId}", [HttpMethod.GET], getMessage);
    route("/profiles/{profileId}", [HttpMethod.PUT, HttpMethod.GET, HttpMethod.DELETE], profiles);
    this.url = api.apiEndpoint;
  }
}
