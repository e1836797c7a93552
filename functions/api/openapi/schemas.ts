/**
 * The schemas of the API's document, made from those that validate requests. A check that JSON Schema cannot express has its own
 * keywords (functions/validation/json-schema.ts); if one has none, the synthesis fails and names it.
 */
import { toJsonSchemaDefs } from "@valibot/to-json-schema";
import * as v from "valibot";
import { templateOption } from "../../channels/graph-api.ts";
import { channels } from "../../channels/registry.ts";
import type { Channel, WebhookFacts } from "../../domain/channel.ts";
import { country, phoneNumber } from "../../domain/customer/phone-number.ts";
import { appDevice, profile, profileId } from "../../domain/customer/profile.ts";
import { batchItem, batchOfItems } from "../../ingest/batch-request.ts";
import { idempotencyKey, reference, sendRequest, sendRequestEntries } from "../../ingest/request.ts";
import { channelId, order, rule, ruleObjects, ruleSet, ruleSetName } from "../../ingest/rules.ts";
import { appReceipt } from "../../receipts/app-receipt-request.ts";
import { keywordsOf } from "../../validation/json-schema.ts";
import { consentChannel, consentItem, consentItems, consentRequest } from "../consent-request.ts";
import * as omnichannelMessages from "../omnichannel/messages.ts";
import * as omnichannelProfiles from "../omnichannel/profiles.ts";
import { omnichannelMessage } from "../omnichannel/request.ts";
import { webhookRequest } from "../omnichannel/webhooks.ts";
import { resolveRequest } from "../resolve-request.ts";
import { settingsRequest } from "../settings-request.ts";
import { subscriptionRequest } from "../webhook-subscription-request.ts";
import * as answers from "./answers.ts";
import { messageStatus } from "./common-schemas.ts";
import { consentEvent, inboundEvent, messageEvent } from "./event-schemas.ts";
import { forGenerators, withDefaultsInWords, withKeywords } from "./for-generators.ts";
import { conversation, found, foundAnswer, foundMessages } from "./found-answers.ts";
import * as omnichannel from "./omnichannel-answers.ts";
import * as planAnswers from "./plan-answers.ts";
import { capitalized, ref } from "./ref.ts";
import * as traceAnswers from "./trace-answers.ts";

const sources = {
  Message: sendRequest,
  To: sendRequestEntries.to,
  CustomBody: sendRequestEntries.customBody.wrapped,
  ChannelOptions: sendRequestEntries.channelOptions.wrapped,
  Rule: rule,
  Rules: order,
  RuleSet: ruleSet,
  RuleSetName: ruleSetName,
  Channel: channelId,
  AppDevice: appDevice,
  Template: templateOption,
  IdempotencyKey: idempotencyKey,
  Batch: batchOfItems,
  BatchItem: batchItem,
  ProfileId: profileId,
  Profile: profile,
  ConsentChannel: consentChannel,
  ConsentRequest: consentRequest,
  ConsentItem: consentItem,
  ConsentList: consentItems,
  ConsentResults: answers.consentResults,
  StoredConsent: answers.storedConsent,
  WebhookRequest: subscriptionRequest,
  Webhook: answers.shownWebhook,
  NewWebhook: answers.newWebhook,
  MessageEvent: messageEvent,
  InboundEvent: inboundEvent,
  ConsentEvent: consentEvent,
  AppReceipt: appReceipt,
  PhoneNumber: phoneNumber,
  Country: country,
  Settings: settingsRequest,
  MessageStatus: messageStatus,
  Plan: planAnswers.plan,
  PlannedHop: planAnswers.plannedHop,
  PlannedCost: planAnswers.plannedCost,
  StoredRuleSet: answers.storedRuleSet,
  Skipped: planAnswers.skipped,
  Accepted: planAnswers.accepted,
  Cancelled: answers.cancelled,
  ResolveRequest: resolveRequest,
  Resolved: answers.resolved,
  Redacted: answers.redacted,
  Trace: traceAnswers.trace,
  ChannelTrace: traceAnswers.channelTrace,
  Cost: traceAnswers.cost,
  FoundMessage: found,
  FoundAnswer: foundAnswer,
  FoundMessages: foundMessages,
  Conversation: conversation,
  Reference: reference,
  TraceEvent: traceAnswers.traceEvent,
  AttemptError: traceAnswers.attemptError,
  BatchResults: answers.batchResults,
  StoredProfile: answers.storedProfile,
  ReceiptTaken: answers.receiptTaken,
  Fault: answers.fault,
  Problem: answers.problem,
  GatewayAnswer: answers.gatewayAnswer,
  OmnichannelMessage: omnichannelMessage,
  OmnichannelBatch: v.array(omnichannelMessage),
  OmnichannelSent: omnichannel.shownMessage,
  OmnichannelBatchAnswer: omnichannel.batchAnswer,
  OmnichannelRedaction: omnichannelMessages.redaction,
  OmnichannelStatus: omnichannelMessages.postedStatus,
  OmnichannelInbound: omnichannelMessages.postedInbound,
  OmnichannelInboundTaken: omnichannel.shownInbound,
  OmnichannelInboundStatus: omnichannelMessages.postedInboundStatus,
  OmnichannelHistory: omnichannel.history,
  OmnichannelNewProfile: omnichannelProfiles.newProfile,
  OmnichannelNewProfiles: v.array(omnichannelProfiles.newProfile),
  OmnichannelFields: omnichannelProfiles.anyProfile,
  OmnichannelOptIns: omnichannelProfiles.optIns,
  OmnichannelFacebookState: omnichannelProfiles.facebookState,
  OmnichannelState: omnichannel.state,
  OmnichannelProfile: omnichannel.shownProfile,
  OmnichannelProfiles: omnichannel.shownProfiles,
  OmnichannelDeletedProfiles: omnichannel.deletedProfiles,
  OmnichannelWebhookRequest: webhookRequest,
  OmnichannelWebhook: omnichannel.shownWebhook,
  OmnichannelWebhooks: omnichannel.shownWebhooks,
  OmnichannelAvailableEvents: omnichannel.availableEvents,
  OmnichannelAvailableTemplates: omnichannel.availableTemplates,
  OpenApiDocument: v.looseObject({ openapi: v.string() }),
  Text: v.string(),
} satisfies Record<string, v.GenericSchema>;
export type SchemaName = keyof typeof sources;

/** The name of the schema for a provider's webhook posts, e.g. `MetaEvent`. */
export type EventSchemaName = `${string}Event`;
export const eventSchemaName = ({ by }: Pick<WebhookFacts, "by">): EventSchemaName =>
  `${by.replaceAll(" ", "")}Event`;
const eventSchemas = Object.fromEntries(
  channels.flatMap(({ receipts }) =>
    receipts?.webhook === undefined
      ? []
      : [
          [
            eventSchemaName(receipts.webhook),
            v.pipe(v.looseObject({}), v.description(receipts.webhook.reference)),
          ],
        ],
  ),
);

const ruleName = ({ id }: Channel) => `${capitalized(id)}Rule`;

/** `windows`: this deployment's, in seconds, where they differ from the channels' own. */
export function makeSchemas(windows: Readonly<Record<string, number>>): Record<string, object> {
  const rules = channels.map((channel) => [ruleName(channel), ruleObjects.get(channel.id) ?? v.never()]);
  const schemas = toJsonSchemaDefs(
    { ...sources, ...eventSchemas, ...Object.fromEntries(rules) },
    {
      target: "draft-2020-12",
      typeMode: "input",
      overrideRef: ({ referenceId }) => ref(referenceId).$ref,
      overrideSchema: ({ valibotSchema, jsonSchema }) => forGenerators(valibotSchema, jsonSchema),
      overrideAction: ({ valibotAction, jsonSchema }) => {
        const keywords = keywordsOf(valibotAction);
        return keywords && withKeywords(jsonSchema, keywords);
      },
    },
  );
  for (const channel of channels) {
    const window = schemas[ruleName(channel)]?.properties?.fallbackAfter;
    if (typeof window === "object" && windows[channel.id] !== undefined) window.default = windows[channel.id];
  }
  schemas.Channel = { ...schemas.Channel, description: channels.map(describe).join("\n") };
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, withDefaultsInWords(schema)]),
  );
}

const describe = ({ id, name, address, reports, until, limit }: Channel) =>
  `- \`${id}\`: ${name}, to \`${address}\`; at most ${limit.max} ${limit.unit}; reports ${reports.join(", ")}; until ${until}.`;
