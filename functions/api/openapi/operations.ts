/** The requests and the answers of each route: the part of the API's document that is not in the schemas. */
import type { Channel } from "../../domain/channel.ts";
import { examples } from "./examples.ts";
import { messageOperations } from "./message-operations.ts";
import { omnichannelOperations } from "./omnichannel-operations.ts";
import { notValid, type Operation, problem } from "./operation.ts";
import { consentChannel, paging, profileId, ruleSetName } from "./parameters.ts";
import { receiptOperations } from "./receipt-operations.ts";

const profiles: Operation[] = [
  {
    route: "PUT /profiles/{profileId}",
    id: "putProfile",
    tag: "Profiles",
    summary: "Replaces what is known of a customer",
    description:
      "A field that is left out is forgotten. Messages that name the profile use its addresses, and add the new ones that they bring.",
    caller: "profiles",
    parameters: [profileId],
    request: { schema: "Profile", examples: examples.profiles },
    answers: { 200: { description: "The profile as it is stored.", schema: "StoredProfile" }, 400: notValid },
  },
  {
    route: "GET /profiles/{profileId}",
    id: "getProfile",
    tag: "Profiles",
    summary: "What is known of a customer",
    description: "The addresses and fields as they were last put, or added by a message.",
    caller: "profiles",
    parameters: [profileId],
    answers: {
      200: { description: "The profile.", schema: "StoredProfile" },
      400: notValid,
      404: problem("You have no profile with this id."),
    },
  },
  {
    route: "GET /profiles/{profileId}/messages",
    id: "findMessagesOfProfile",
    tag: "Profiles",
    summary: "Your messages to a customer, and when they answered",
    description:
      "Newest first. What the customer wrote is in the events alone. There need be no profile with this id, only messages that name it.",
    caller: "read",
    parameters: [profileId, ...paging],
    answers: {
      200: { description: "A page of messages and answers.", schema: "Conversation" },
      400: notValid,
    },
  },
  {
    route: "DELETE /profiles/{profileId}",
    id: "deleteProfile",
    tag: "Profiles",
    summary: "Deletes what is known of a customer",
    description:
      "The customer's devices at the push service and what was learned of the customer go with the profile. Messages keep their addresses until they are redacted or expire.",
    caller: "profiles",
    parameters: [profileId],
    answers: { 204: { description: "It is deleted, or did not exist." }, 400: notValid },
  },
];

const consents: Operation[] = [
  {
    route: "PUT /profiles/{profileId}/consents/{channel}",
    id: "putConsent",
    tag: "Profiles",
    summary: "Notes what a customer wants by a channel, or by all",
    description:
      "No message goes by a channel that the customer opted out of, once this is answered: a later message skips it (`opted_out`), and one under way does not try it any more (`OptedOut`). It is kept for the profile, and for the addresses that the profile has now, also where the profile is deleted. The profile need not exist.",
    caller: "profiles",
    parameters: [profileId, consentChannel],
    request: { schema: "ConsentRequest", examples: examples.consents },
    answers: {
      200: {
        description: "What holds now: the later word, which may be another one.",
        schema: "StoredConsent",
      },
      400: notValid,
    },
  },
  {
    route: "POST /consents",
    id: "postConsents",
    tag: "Profiles",
    summary: "Notes what many customers want, by profile or address",
    description:
      "For a list of another system. The later word on a channel holds, by `at`: an old list takes nothing back that was said since. An invalid item is refused, the others are recorded. A key's rate limit counts each item.",
    caller: "profiles",
    request: { schema: "ConsentList", examples: examples.consentLists },
    answers: { 200: { description: "One result for each item.", schema: "ConsentResults" }, 400: notValid },
  },
  {
    route: "GET /profiles/{profileId}/consents/{channel}",
    id: "getConsent",
    tag: "Profiles",
    summary: "What a customer wants by a channel",
    description:
      "As it decides about a message: by the profile and its addresses, by the channel and by all. An opt-out of any of them holds.",
    caller: "profiles",
    parameters: [profileId, consentChannel],
    answers: {
      200: { description: "What holds.", schema: "StoredConsent" },
      400: notValid,
      404: problem("No consent of this customer is stored for this channel."),
    },
  },
  {
    route: "DELETE /profiles/{profileId}/consents/{channel}",
    id: "deleteConsent",
    tag: "Profiles",
    summary: "Forgets what a customer wants by a channel",
    description:
      "As if nothing had been said for this channel, or for all, by the profile and its addresses.",
    caller: "profiles",
    parameters: [profileId, consentChannel],
    answers: { 204: { description: "It is forgotten, or was not known." }, 400: notValid },
  },
];

const ruleSets: Operation[] = [
  {
    route: "PUT /rules/{name}",
    id: "putRuleSet",
    tag: "Rules",
    summary: "Stores rules under a name",
    description: "A message that names them uses them as they are when it is accepted.",
    caller: "rules",
    parameters: [ruleSetName],
    request: { schema: "RuleSet", examples: examples.ruleSets },
    answers: {
      200: { description: "The rules as they are stored.", schema: "StoredRuleSet" },
      400: notValid,
    },
  },
  {
    route: "GET /rules/{name}",
    id: "getRuleSet",
    tag: "Rules",
    summary: "The rules with this name",
    description:
      "The rules as they were last put. Another client's rule set of the same name is another one.",
    caller: "rules",
    parameters: [ruleSetName],
    answers: {
      200: { description: "The rules.", schema: "StoredRuleSet" },
      400: notValid,
      404: problem("You have no rule set with this name."),
    },
  },
  {
    route: "DELETE /rules/{name}",
    id: "deleteRuleSet",
    tag: "Rules",
    summary: "Deletes the rules with this name",
    description: "Messages that were accepted with them keep them.",
    caller: "rules",
    parameters: [ruleSetName],
    answers: { 204: { description: "They are deleted, or did not exist." }, 400: notValid },
  },
];

const settings: Operation[] = [
  {
    route: "PUT /settings",
    id: "putSettings",
    tag: "Settings",
    summary: "Sets what holds for all your messages",
    description: "A setting that is left out is unset. It takes effect within a minute.",
    caller: "settings",
    request: { schema: "Settings", examples: examples.settings },
    answers: { 200: { description: "The settings as they are stored.", schema: "Settings" }, 400: notValid },
  },
  {
    route: "GET /settings",
    id: "getSettings",
    tag: "Settings",
    summary: "What holds for all your messages",
    description: "The settings as they were last put; empty where none were.",
    caller: "settings",
    answers: { 200: { description: "The settings.", schema: "Settings" } },
  },
];

const webhook: Operation[] = [
  {
    route: "PUT /webhook",
    id: "putWebhook",
    tag: "Webhook",
    summary: "Sets where you receive events about your messages",
    description:
      "Events are CloudEvents in JSON, signed according to Standard Webhooks. Putting the webhook again also switches it on again.",
    caller: "webhook",
    request: { schema: "WebhookRequest", examples: examples.webhooks },
    answers: {
      200: {
        description: "The webhook, with its secret where a new one was created: it is shown only this once.",
        schema: "NewWebhook",
      },
      400: notValid,
      409: problem("The webhook was changed at the same time: send the request again."),
    },
  },
  {
    route: "GET /webhook",
    id: "getWebhook",
    tag: "Webhook",
    summary: "Your webhook",
    description:
      "Where you receive events about your messages, and whether that works. The secret is not shown again.",
    caller: "webhook",
    answers: {
      200: { description: "The webhook.", schema: "Webhook" },
      404: problem("You have no webhook."),
    },
  },
  {
    route: "DELETE /webhook",
    id: "deleteWebhook",
    tag: "Webhook",
    summary: "Stops sending you events",
    description: "Events that wait for it are dropped.",
    caller: "webhook",
    answers: { 204: { description: "It is deleted, or did not exist." } },
  },
];

const thisDocument: Operation = {
  route: "GET /openapi.json",
  id: "getDocument",
  tag: "This document",
  summary: "The API as an OpenAPI 3.1 document",
  description: "The document of this deployment, with its channels and windows.",
  caller: "open",
  answers: { 200: { description: "This document.", schema: "OpenApiDocument" } },
};

/** The operations of a deployment with these channels; `omnichannelApi`: it takes the requests of that API as well. */
export const operationsOf = (enabledChannels: readonly Channel[], omnichannelApi: boolean): Operation[] => [
  ...messageOperations,
  ...ruleSets,
  ...profiles,
  ...consents,
  ...settings,
  ...webhook,
  ...receiptOperations(enabledChannels),
  ...(omnichannelApi ? omnichannelOperations : []),
  thisDocument,
];
