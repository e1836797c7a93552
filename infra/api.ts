/** The HTTP API: routes, their functions, and the authorizer that checks API keys. */
import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import {
  CfnStage,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  type IDomainName,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { channels } from "../functions/channels/registry.ts";
import { appReceiptsPath, type Channel, webhookPath } from "../functions/domain/channel.ts";
import { apiDocumentFile, type Environment } from "../functions/shared/environment.ts";
import { acknowledge } from "./acknowledge.ts";
import type { FunctionName } from "./bundle/bundle.ts";
import { apiDocument } from "./bundle/bundles.ts";
import { ServiceFunction } from "./function.ts";
import type { Ingest } from "./ingest.ts";
import type { Omnichannel } from "./omnichannel.ts";
import { addSettings, grantPermissions } from "./permissions.ts";
import type { Receipts } from "./receipts.ts";
import type { DeploymentSettings } from "./settings.ts";
import type { StateMachines } from "./state-machines.ts";
import type { Tables } from "./tables.ts";

export interface ApiProps {
  readonly settings: DeploymentSettings;
  readonly tables: Tables;
  readonly stateMachines: StateMachines;
  readonly ingest: Ingest;
  readonly receipts: Receipts;
  /** Undefined where this deployment does not take its requests. */
  readonly omnichannel: Omnichannel | undefined;
  /** The channels that this deployment has. */
  readonly enabledChannels: readonly Channel[];
  readonly domainName: IDomainName | undefined;
}

export class Api extends Construct {
  readonly http: HttpApi;
  readonly url: string;

  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id);
    const { settings, tables, stateMachines, ingest, receipts, omnichannel, enabledChannels, domainName } =
      props;
    const makeFunction = (
      name: string,
      bundle: FunctionName,
      description: string,
      environment: Partial<Environment> = {},
    ) =>
      new ServiceFunction(this, name, {
        bundle,
        description,
        environment,
        logRetentionDays: settings.logRetentionDays,
      });
    /** Behind the authorizer, where a key's rate limit is counted. */
    const makeApiFunction = (...definition: Parameters<typeof makeFunction>) => {
      const target = makeFunction(...definition);
      tables.grant(target, "counters", "GetItem", "UpdateItem");
      return target;
    };

    const getMessage = makeApiFunction(
      "GetMessage",
      "get-message",
      "Returns the delivery trace of a message",
    );
    stateMachines.setArnPrefixVariable(getMessage);
    tables.grant(getMessage, "messages", "GetItem");

    const findMessages = makeApiFunction(
      "FindMessages",
      "find-messages",
      "Lists messages by customer, reference or status",
    );
    tables.grant(findMessages, "messages", "GetItem");
    tables.grantEnded(findMessages);
    tables.grant(findMessages, "contacts", "GetItem", "Query");

    const cancelMessage = makeApiFunction(
      "CancelMessage",
      "cancel-message",
      "Stops trying to deliver a message, or all of a reference",
    );
    tables.grant(cancelMessage, "messages", "GetItem", "UpdateItem");
    tables.grant(cancelMessage, "contacts", "Query");
    stateMachines.grantStopExecution(cancelMessage);
    ingest.grantUnscheduling(cancelMessage);

    const redactMessage = makeApiFunction(
      "RedactMessage",
      "redact-message",
      "Removes the personal data of a message",
    );
    tables.grant(redactMessage, "messages", "GetItem", "UpdateItem");
    tables.grant(redactMessage, "contacts", "DeleteItem");

    const ruleSets = makeApiFunction("RuleSets", "rule-sets", "Keeps the rule sets of a client");
    tables.grant(ruleSets, "clients", "GetItem", "PutItem", "DeleteItem");

    const clientSettings = makeApiFunction(
      "ClientSettings",
      "client-settings",
      "Keeps the settings of a client",
    );
    tables.grant(clientSettings, "clients", "GetItem", "PutItem");

    const webhook = makeApiFunction("ClientWebhook", "client-webhook", "Keeps the webhook of a client", {
      WEBHOOK_EXCEPTIONS: settings.webhookExceptions,
    });
    tables.grant(webhook, "clients", "GetItem", "PutItem", "DeleteItem");

    const profiles = makeApiFunction("Profiles", "profiles", "Keeps the known addresses of a customer", {
      RETENTION_DAYS: settings.retentionDays,
    });
    tables.grant(profiles, "profiles", "GetItem", "PutItem", "DeleteItem");
    tables.grant(profiles, "clients", "GetItem");
    tables.grant(profiles, "contacts", "GetItem", "PutItem", "UpdateItem", "DeleteItem");
    tables.grant(profiles, "habits", "DeleteItem");
    for (const { profileDeletion } of channels) {
      if (profileDeletion === undefined) continue;
      addSettings(profiles, profileDeletion.settings, settings.channels);
      grantPermissions(profiles, profileDeletion.permissions(settings.channels));
    }

    const authorizer = new ServiceFunction(this, "Authorizer", {
      bundle: "authorizer",
      description: "Checks API keys",
      logRetentionDays: settings.logRetentionDays,
      // API Gateway waits no longer for an authorizer.
      timeout: Duration.seconds(10),
    });
    tables.grant(authorizer, "apiKeys", "GetItem");

    const api = new HttpApi(this, "HttpApi", {
      apiName: "fallback-routing",
      createDefaultStage: true,
      ...(domainName ? { defaultDomainMapping: { domainName } } : {}),
      defaultAuthorizer: new HttpLambdaAuthorizer("ApiKey", authorizer, {
        responseTypes: [HttpLambdaResponseType.SIMPLE],
        identitySource: ["$request.header.Authorization"],
        resultsCacheTtl: Duration.minutes(5),
      }),
    });
    // Below the account's limit, so that one caller cannot use up the whole region's.
    const stage = api.defaultStage?.node.defaultChild;
    if (stage instanceof CfnStage) {
      stage.defaultRouteSettings = { throttlingRateLimit: 1000, throttlingBurstLimit: 2000 };
      stage.accessLogSettings = { destinationArn: this.#accessLogs(settings).logGroupArn, format: accessLog };
    }

    const route = (path: string, methods: HttpMethod[], target: ServiceFunction, whyOpen?: string) => {
      const routes = api.addRoutes({
        path,
        methods,
        integration: new HttpLambdaIntegration(`${target.node.id}Integration`, target),
        ...(whyOpen === undefined ? {} : { authorizer: new HttpNoneAuthorizer() }),
      });
      if (whyOpen !== undefined)
        for (const one of routes) acknowledge(one, { "AwsSolutions-APIG4": whyOpen });
    };
    route("/messages", [HttpMethod.POST], ingest.single);
    route("/messages/plan", [HttpMethod.POST], ingest.single);
    route("/messages/batch", [HttpMethod.POST], ingest.batch);
    route("/messages", [HttpMethod.GET], findMessages);
    route("/profiles/{profileId}/messages", [HttpMethod.GET], findMessages);
    route("/messages/{messageId}", [HttpMethod.GET], getMessage);
    route("/messages/{messageId}", [HttpMethod.DELETE], cancelMessage);
    route("/messages/resolve", [HttpMethod.POST], cancelMessage);
    route("/messages/{messageId}/resend", [HttpMethod.POST], ingest.single);
    route("/messages/{messageId}/redact", [HttpMethod.POST], redactMessage);
    route("/profiles/{profileId}", [HttpMethod.PUT, HttpMethod.GET, HttpMethod.DELETE], profiles);
    route(
      "/profiles/{profileId}/consents/{channel}",
      [HttpMethod.PUT, HttpMethod.GET, HttpMethod.DELETE],
      profiles,
    );
    route("/consents", [HttpMethod.POST], profiles);
    route("/rules/{name}", [HttpMethod.PUT, HttpMethod.GET, HttpMethod.DELETE], ruleSets);
    route("/settings", [HttpMethod.PUT, HttpMethod.GET], clientSettings);
    route("/webhook", [HttpMethod.PUT, HttpMethod.GET, HttpMethod.DELETE], webhook);
    if (omnichannel !== undefined)
      // It has a table of its own (functions/api/omnichannel/routes.ts): each route here would be a permission in the function's
      // policy, which has 20 KB. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
      for (const path of ["/cpaas/{path+}", "/apispaces/{apiSpaceId}/{path+}"])
        route(path, [HttpMethod.ANY], omnichannel.target);
    const openApi = new ServiceFunction(this, "OpenApi", {
      bundle: "openapi",
      description: "Serves the API's document",
      files: { [apiDocumentFile]: JSON.stringify(apiDocument(settings)) },
      logRetentionDays: settings.logRetentionDays,
      // It only returns a constant.
      memorySize: 128,
    });
    route("/openapi.json", [HttpMethod.GET], openApi, "the document is no secret");
    const token = "an app has no API key: the receipt token, which the function checks, is its own";
    for (const { id, receipts: sources } of enabledChannels) {
      if (sources?.webhook) {
        const { by, handshake } = sources.webhook;
        const methods = handshake ? [HttpMethod.GET, HttpMethod.POST] : [HttpMethod.POST];
        const signed = `${by} has no API key: the function checks the signature of each event`;
        route(webhookPath(id), methods, receipts.webhooks, signed);
      }
      if (sources?.app && receipts.appReceipts)
        route(appReceiptsPath(id), [HttpMethod.POST], receipts.appReceipts, token);
    }
    this.http = api;
    this.url = domainName ? `https://${domainName.name}` : api.apiEndpoint;
  }

  #accessLogs({ logRetentionDays }: DeploymentSettings): LogGroup {
    return new LogGroup(this, "AccessLogs", {
      logGroupName: `/aws/vendedlogs/apigateway/${Stack.of(this).stackName}`,
      retention: logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}

/** Who called which route, and the result. No path (it may hold a profileId), no address, no headers. */
const accessLog = JSON.stringify({
  time: "$context.requestTimeEpoch",
  requestId: "$context.requestId",
  route: "$context.routeKey",
  status: "$context.status",
  latencyMs: "$context.responseLatency",
  client: "$context.authorizer.client",
  error: "$context.integrationErrorMessage",
});
