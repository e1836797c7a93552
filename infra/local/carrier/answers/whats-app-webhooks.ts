/**
 * Events of WhatsApp's webhook besides messages: unusual statuses, and other fields. `{sentId}` is the message last sent to
 * the customer. https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview
 */
import type { Answer, Subject } from "./answer.ts";
import {
  contacts,
  type Entry,
  entry,
  head,
  messages,
  metadata,
  ofMessages,
  otherNumber,
  post,
  reference,
  text,
} from "./whats-app-envelope.ts";
import { whatsAppMessages, whatsAppNotices } from "./whats-app-messages.ts";

const status = (name: string, what: string, page: string, fields: object, value: object = {}): Entry =>
  entry(
    `status-${name}`,
    what,
    "customer",
    page,
    post([
      ofMessages({
        statuses: [
          {
            id: "{sentId}",
            timestamp: "{seconds}",
            recipient_id: "{waId}",
            biz_opaque_callback_data: "{callbackData}",
            ...fields,
          },
        ],
        ...value,
      }),
    ]),
  );

/** A webhook field other than `messages`, with its own form of value. */
const field = (name: string, what: string, about: Subject, value: object): Entry =>
  entry(
    `field-${name.replaceAll("_", "-")}`,
    what,
    about,
    `${reference}/${name}`,
    post([{ field: name, value }]),
  );

const statuses: readonly Entry[] = [
  status("played", "The customer plays a voice message", `${messages}/status`, { status: "played" }),
  status(
    "deleted",
    "The customer deletes our message",
    "https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components",
    { status: "deleted" },
  ),
  status(
    "warning",
    "Something in our message is not available",
    "https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components",
    { status: "warning" },
  ),
  status("unknown", "An undocumented status", `${messages}/status`, { status: "pondered" }),
  status("of-group", "A status of a message to a group", `${messages}/status`, {
    status: "delivered",
    recipient_id: "Y2FwaV9ncm91cDoxNzA1NTU1MDEzOToxMjAzNjM0MDQ2OTQyMzM4MjAZD",
    recipient_type: "group",
    recipient_participant_id: "{waId}",
  }),
  status(
    "priced-by-message",
    "Delivered, priced by the message, without a conversation",
    `${messages}/status`,
    {
      status: "delivered",
      pricing: { billable: true, pricing_model: "PMP", type: "regular", category: "utility" },
    },
  ),
  status(
    "of-other-number",
    "A status of another number of the same app",
    "https://github.com/sarrazola/openlivery/pull/36",
    {
      id: "wamid.HBgLMTY1MDM4Nzk0MzkVAgARGBI0QUQ2MjA4NEYyRkExNjMyREUA",
      status: "delivered",
      biz_opaque_callback_data: "of-another-system",
    },
    { metadata: otherNumber },
  ),
];

const fields: readonly Entry[] = [
  field("message_template_status_update", "A template is paused", "template", {
    event: "PAUSED",
    message_template_id: 1689556908129832,
    message_template_name: "order_update",
    message_template_language: "en",
    reason: "NONE",
    message_template_category: "UTILITY",
    other_info: {
      title: "FIRST_PAUSE",
      description: "Your WhatsApp message template has been paused for 3 hours.",
    },
  }),
  field("message_template_quality_update", "A template's quality changes", "template", {
    previous_quality_score: "GREEN",
    new_quality_score: "YELLOW",
    message_template_id: 1689556908129832,
    message_template_name: "order_update",
    message_template_language: "en",
  }),
  field("template_category_update", "Meta changes a template's category", "template", {
    message_template_id: 1689556908129832,
    message_template_name: "order_update",
    message_template_language: "en",
    previous_category: "UTILITY",
    new_category: "MARKETING",
  }),
  field("account_update", "The account is restricted", "account", {
    event: "ACCOUNT_RESTRICTION",
    restriction_info: [
      { restriction_type: "RESTRICTED_BIZ_INITIATED_MESSAGING", expiration: "{secondsNumber}" },
    ],
  }),
  field("account_alerts", "Meta sends an alert about the account", "account", {
    entity_type: "BUSINESS",
    entity_id: "506914307656634",
    alert_severity: "INFORMATIONAL",
    alert_status: "NONE",
    alert_type: "OBA_APPROVED",
    alert_description: "Your business is eligible.",
  }),
  field("phone_number_quality_update", "Our number's limit changes", "identity", {
    display_phone_number: "{businessNumber}",
    event: "DOWNGRADE",
    current_limit: "TIER_1K",
  }),
  field("user_preferences", "The customer stops marketing messages", "customer", {
    messaging_product: "whatsapp",
    metadata,
    contacts,
    user_preferences: [
      {
        wa_id: "{waId}",
        user_id: "{userId}",
        detail: "User requested to stop marketing messages",
        category: "marketing_messages",
        value: "stop",
        timestamp: "{secondsNumber}",
      },
    ],
  }),
  field("smb_message_echoes", "Somebody of the business writes with the WhatsApp Business app", "thread", {
    messaging_product: "whatsapp",
    metadata,
    message_echoes: [
      { from: "{businessNumber}", to: "{waId}", id: "{messageId}", timestamp: "{seconds}", ...text },
    ],
  }),
  field(
    "standby",
    "Meta's agent has the conversation: the customer's message is for reading only",
    "thread",
    { messaging_product: "whatsapp", metadata, contacts, messages: [{ ...head, ...text }] },
  ),
  field("messaging_handovers", "The conversation is handed to us", "thread", {
    messaging_product: "whatsapp",
    metadata,
    type: "control_passed",
    control_passed: { previous_owner_role: "primary", new_owner_role: "escalation_partner" },
    timestamp: "{seconds}",
  }),
  field("some_new_field", "An unknown webhook field", "request", {
    anything: [{ nested: null }],
  }),
];

export const whatsAppWebhooks: readonly Answer[] = [
  ...whatsAppMessages,
  ...whatsAppNotices,
  ...statuses,
  ...fields,
  {
    name: "whatsApp-several-in-one-post",
    what: "Several entries and changes in one post, two messages of the customer among them",
    about: "customer",
    source: "https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview",
    webhook: {
      opensWindow: true,
      body: post(
        [
          ofMessages({ contacts, messages: [{ ...head, ...text }] }),
          {
            field: "phone_number_quality_update",
            value: { display_phone_number: "{businessNumber}", event: "UPGRADE", current_limit: "TIER_10K" },
          },
        ],
        [
          ofMessages({
            contacts,
            messages: [
              { ...head, id: "{otherMessageId}", type: "text", text: { body: "And one more thing" } },
            ],
          }),
        ],
        [ofMessages({ statuses: [] })],
      ),
    },
  },
];
