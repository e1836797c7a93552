/** The whole service in one stack: tables, routing, receipts, ingest, API. */
import { CfnOutput, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { DeploymentFacts } from "../functions/shared/environment.ts";
import { Api } from "./api.ts";
import { bundleFunctions } from "./bundle/bundle.ts";
import { ClientWebhooks } from "./client-webhooks.ts";
import { Ingest } from "./ingest.ts";
import { passedLimits, type Template } from "./limits.ts";
import { MessageChanges } from "./message-changes.ts";
import { Monitoring } from "./monitoring.ts";
import { Omnichannel } from "./omnichannel.ts";
import { Receipts } from "./receipts.ts";
import { Routing } from "./routing.ts";
import type { DeploymentSettings } from "./settings.ts";
import { Tables } from "./tables.ts";

export interface FallbackRoutingStackProps {
  readonly settings: DeploymentSettings;
}

export class FallbackRoutingStack extends Stack {
  constructor(scope: Construct, id: string, { settings }: FallbackRoutingStackProps) {
    super(scope, id, {
      description: "Fallback routing: reaches a customer by the first channel that works",
      terminationProtection: settings.deletionProtection,
    });
    // For `npm run doctor`, which knows nothing else of how this was deployed.
    this.templateOptions.metadata = { settings };
    bundleFunctions(settings);
    const tables = new Tables(this, "Tables", settings);
    const { stateMachines, absentChannels, enabledChannels } = new Routing(this, "Routing", {
      settings,
      tables,
    });
    const { prices, windows, smsHourlyLimits } = settings;
    const facts: DeploymentFacts = { prices, windows, smsHourlyLimits, absentChannels };
    const receipts = new Receipts(this, "Receipts", {
      settings,
      facts,
      tables,
      stateMachines,
      enabledChannels,
    });
    const clientWebhooks = new ClientWebhooks(this, "ClientWebhooks", { settings, tables });
    const messageChanges = new MessageChanges(this, "MessageChanges", {
      settings,
      tables,
      clientWebhooks,
      receipts,
    });
    messageChanges.grantPublishEvents(receipts.target, { tables, clientWebhooks });
    const ingest = new Ingest(this, "Ingest", { settings, facts, tables, stateMachines });
    const omnichannel = settings.omnichannelApi
      ? new Omnichannel(this, "Omnichannel", {
          settings,
          facts,
          tables,
          ingest,
          receipts,
          events: messageChanges.topic,
        })
      : undefined;
    const { url, http } = new Api(this, "Api", {
      settings,
      omnichannel,
      tables,
      stateMachines,
      ingest,
      receipts,
      enabledChannels,
    });
    new Monitoring(this, "Monitoring", {
      settings,
      enabledChannels,
      stateMachines,
      messageChanges: messageChanges.target,
      api: http,
    });
    new CfnOutput(this, "ApiUrl", { value: url, description: "Send messages here" });
    new CfnOutput(this, "StateMachineArnPrefix", {
      value: stateMachines.arnPrefix,
      description: "One state machine for each first channel, whose id follows; one execution a message",
    });
    new CfnOutput(this, "MessagesTableName", { value: tables.messages.tableName });
    new CfnOutput(this, "ClientsTableName", {
      value: tables.clients.tableName,
      description: "Rule sets and budgets, by client",
    });
    new CfnOutput(this, "ApiKeysTableName", {
      value: tables.apiKeys.tableName,
      description: "API keys, as SHA-256",
    });
  }

  /** @throws {Error} if a deployment would fail at one of AWS's limits */
  protected override _toCloudFormation(): Template {
    const template: Template = super._toCloudFormation();
    const passed = passedLimits(template, this.stackName);
    if (passed.length > 0) throw new Error(`limits of AWS are passed: ${passed.join("; ")}`);
    return template;
  }
}
