/**
 * Messenger webhook events besides customers' texts, deliveries and reads; all of them are valid. `{sentId}` is the message
 * last sent to the customer.
 * https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks
 */
import type { Answer, Subject } from "./answer.ts";

const events =
  "https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events";

const parties = { sender: { id: "{psid}" }, recipient: { id: "{pageId}" }, timestamp: "{milliseconds}" };
const fromPage = { sender: { id: "{pageId}" }, recipient: { id: "{psid}" }, timestamp: "{milliseconds}" };
const post = (...entries: object[]) => ({
  object: "page",
  entry: entries.map((content) => ({ id: "{pageId}", time: "{milliseconds}", ...content })),
});

interface Odd {
  name: string;
  what: string;
  about?: Subject;
  source?: string;
  opensWindow?: true;
  /** Of the first entry. */
  content: object;
}

const message = (fields: object) => ({ ...parties, message: { mid: "{messageId}", ...fields } });

const odd: readonly Odd[] = [
  {
    name: "quick-reply",
    what: "The customer taps a quick reply",
    source: `${events}/messages`,
    opensWindow: true,
    content: { messaging: [message({ text: "{text}", quick_reply: { payload: "yes-please" } })] },
  },
  {
    name: "postback",
    what: "The customer presses a button",
    source: `${events}/messaging_postbacks`,
    opensWindow: true,
    content: {
      messaging: [{ ...parties, postback: { mid: "{messageId}", title: "{text}", payload: "yes-please" } }],
    },
  },
  {
    name: "postback-without-mid",
    what: "A pressed button without an id, as in older versions",
    source: `${events}/messaging_postbacks`,
    opensWindow: true,
    content: { messaging: [{ ...parties, postback: { title: "{text}", payload: "yes-please" } }] },
  },
  {
    name: "postback-null-title",
    what: "A pressed button whose title is null",
    source: `${events}/messaging_postbacks`,
    opensWindow: true,
    content: {
      messaging: [{ ...parties, postback: { mid: "{messageId}", title: null, payload: "GET_STARTED" } }],
    },
  },
  {
    name: "image",
    what: "An image without text",
    source: `${events}/messages`,
    opensWindow: true,
    content: {
      messaging: [
        message({ attachments: [{ type: "image", payload: { url: "https://scontent.example/1.jpg" } }] }),
      ],
    },
  },
  {
    name: "reaction",
    what: "The customer reacts with an emoji",
    source: `${events}/message-reactions`,
    opensWindow: true,
    content: {
      messaging: [
        { ...parties, reaction: { reaction: "love", emoji: "❤️", action: "react", mid: "{answeredId}" } },
      ],
    },
  },
  {
    name: "unreaction",
    what: "The customer takes a reaction back",
    source: `${events}/message-reactions`,
    content: { messaging: [{ ...parties, reaction: { action: "unreact", mid: "{answeredId}" } }] },
  },
  {
    name: "edited",
    what: "The customer changes a message",
    source: `${events}/message-edits`,
    content: {
      messaging: [{ ...parties, message_edit: { mid: "{messageId}", text: "{text}", num_edit: 1 } }],
    },
  },
  {
    name: "deleted",
    what: "The customer takes a message back",
    source: `${events}/messages`,
    content: { messaging: [message({ is_deleted: true })] },
  },
  {
    name: "referral",
    what: "The customer comes from an advertisement",
    source: `${events}/messaging_referrals`,
    opensWindow: true,
    content: {
      messaging: [
        {
          ...parties,
          referral: { ref: "spring", source: "ADS", type: "OPEN_THREAD", ad_id: "6045246247433" },
        },
      ],
    },
  },
  {
    name: "optin",
    what: "The customer agrees to marketing messages",
    source: `${events}/messaging_optins`,
    content: {
      messaging: [
        {
          ...parties,
          optin: {
            type: "notification_messages",
            payload: "spring",
            notification_messages_token: "7426182647183918427",
          },
        },
      ],
    },
  },
  {
    name: "echo",
    what: "The echo of our own message",
    about: "thread",
    source: `${events}/message-echoes`,
    content: {
      messaging: [
        {
          ...fromPage,
          message: {
            is_echo: true,
            app_id: 1517776481860111,
            metadata: "{callbackData}",
            mid: "{sentId}",
            text: "{text}",
          },
        },
      ],
    },
  },
  {
    name: "echo-of-other",
    what: "The echo of what somebody wrote in the page's inbox",
    about: "thread",
    source: `${events}/message-echoes`,
    content: {
      messaging: [
        {
          ...fromPage,
          message: { is_echo: true, app_id: 263902037430900, mid: "{messageId}", text: "{text}" },
        },
      ],
    },
  },
  {
    name: "standby",
    what: "Another app has the conversation: the customer's message is for reading only",
    about: "thread",
    source: `${events}/standby`,
    opensWindow: true,
    content: { standby: [message({ text: "{text}" })] },
  },
  {
    name: "pass-thread-control",
    what: "Another app hands us the conversation",
    about: "thread",
    source: `${events}/messaging_handovers`,
    content: {
      messaging: [
        {
          ...parties,
          pass_thread_control: {
            previous_owner_app_id: null,
            new_owner_app_id: "1517776481860111",
            metadata: "handed over",
          },
        },
      ],
    },
  },
  {
    name: "take-thread-control",
    what: "Another app takes the conversation from us",
    about: "thread",
    source: `${events}/messaging_handovers`,
    content: {
      messaging: [
        {
          ...parties,
          take_thread_control: {
            previous_owner_app_id: "1517776481860111",
            new_owner_app_id: "263902037430900",
            metadata: "taken",
          },
        },
      ],
    },
  },
  {
    name: "request-thread-control",
    what: "Another app asks for the conversation",
    about: "thread",
    source: `${events}/messaging_handovers`,
    content: {
      messaging: [
        { ...parties, request_thread_control: { requested_owner_app_id: 123456789, metadata: "please" } },
      ],
    },
  },
  {
    name: "app-roles",
    what: "The page changes the roles of its apps",
    about: "identity",
    source: `${events}/messaging_handovers`,
    content: {
      messaging: [
        {
          recipient: { id: "{pageId}" },
          timestamp: "{milliseconds}",
          app_roles: { "123456789": ["primary_receiver"] },
        },
      ],
    },
  },
  {
    name: "policy-enforcement",
    what: "The page is warned of a broken policy",
    about: "identity",
    source: `${events}/messaging_policy_enforcement`,
    content: {
      messaging: [
        {
          recipient: { id: "{pageId}" },
          timestamp: "{milliseconds}",
          "policy-enforcement": {
            action: "warning",
            reason: "The bot violated our Platform Policies by spamming people.",
          },
        },
      ],
    },
  },
  {
    name: "template-status",
    what: "A utility template is paused",
    about: "template",
    source: `${events}/message_template_status_update`,
    content: {
      changes: [
        {
          field: "message_template_status_update",
          value: {
            event: "PAUSED",
            message_template_id: 1689556908129832,
            message_template_name: "order_update",
            message_template_language: "en",
            reason: "NONE",
          },
        },
      ],
    },
  },
  {
    name: "feed",
    what: "Somebody writes on the page itself",
    about: "identity",
    source: "https://developers.facebook.com/docs/graph-api/webhooks/reference/page",
    content: {
      changes: [
        {
          field: "feed",
          value: {
            item: "comment",
            verb: "add",
            comment_id: "44444444_444444444",
            from: { id: "{psid}", name: "{profileName}" },
            message: "{text}",
            created_time: "{secondsNumber}",
          },
        },
      ],
    },
  },
  {
    name: "delivery-of-last",
    what: "The delivery of the last message, without message ids",
    source: `${events}/message-deliveries`,
    content: { messaging: [{ ...parties, delivery: { watermark: "{milliseconds}" } }] },
  },
  {
    name: "read-with-seq",
    what: "A read event as in older versions, with seq",
    source: `${events}/message-reads`,
    content: { messaging: [{ ...parties, read: { watermark: "{milliseconds}", seq: 38 } }] },
  },
  {
    name: "numeric-ids",
    what: "A message whose ids are numbers, as in 2016",
    source: "https://github.com/Fritak/messenger-platform/issues/5",
    opensWindow: true,
    content: {
      messaging: [
        {
          sender: { id: "{psidNumber}" },
          recipient: { id: "{pageIdNumber}" },
          timestamp: "{milliseconds}",
          message: { mid: "{messageId}", seq: 73, text: "{text}" },
        },
      ],
    },
  },
  {
    name: "unknown-event",
    what: "An unknown event",
    about: "request",
    source: events,
    content: { messaging: [{ ...parties, pondering: { since: "{milliseconds}" } }] },
  },
];

export const messengerWebhooks: readonly Answer[] = [
  ...odd.map(({ name, what, about = "customer", source = events, opensWindow, content }) => ({
    name: `fbMessenger-${name}`,
    what,
    about,
    source,
    webhook: { body: post(content), ...(opensWindow ? { opensWindow } : {}) },
  })),
  {
    name: "fbMessenger-several-in-one-post",
    what: "Several entries and events in one post, two messages of the customer among them",
    about: "customer",
    source: "https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks",
    webhook: {
      opensWindow: true,
      body: post(
        {
          messaging: [message({ text: "{text}" }), { ...parties, read: { watermark: "{milliseconds}" } }],
        },
        { messaging: [{ ...parties, message: { mid: "{otherMessageId}", text: "And one more thing" } }] },
      ),
    },
  },
];
