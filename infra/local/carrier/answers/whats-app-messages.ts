/**
 * Messages by WhatsApp's webhook other than customers' texts; all of them are valid.
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview
 */
import {
  contacts,
  context,
  type Entry,
  entry,
  head,
  ids,
  messages,
  ofMessages,
  otherNumber,
  post,
  text,
} from "./whats-app-envelope.ts";

/** A message from the customer, which opens the window. */
const written = (name: string, what: string, page: string, message: object, value: object = {}): Entry => {
  const body = post([ofMessages({ contacts, messages: [{ ...head, ...message }], ...value })]);
  const { webhook, ...rest } = entry(`message-${name}`, what, "customer", page, body);
  return { ...rest, webhook: { ...webhook, opensWindow: true } };
};

const interactive = (type: string, reply: object) => ({
  context,
  type: "interactive",
  interactive: { type, [type]: reply },
});

export const whatsAppMessages: readonly Entry[] = [
  written(
    "list-reply",
    "The customer picks a row of a list",
    `${messages}/interactive`,
    interactive("list_reply", { id: "express", title: "{text}", description: "Next Day to 2 Days" }),
  ),
  written(
    "button-reply",
    "The customer taps a reply button",
    `${messages}/interactive`,
    interactive("button_reply", { id: "yes", title: "{text}" }),
  ),
  written("template-button", "The customer taps a template's quick reply", `${messages}/button`, {
    context,
    type: "button",
    button: { payload: "yes-please", text: "{text}" },
  }),
  written(
    "flow-answer",
    "The customer completes a Flow",
    "https://github.com/chatwoot/chatwoot/issues/13970",
    interactive("nfm_reply", {
      name: "flow",
      body: "Sent",
      response_json: '{"flow_token":"unused","size":"M"}',
    }),
  ),
  written("reaction", "The customer reacts with an emoji", `${messages}/reaction`, {
    type: "reaction",
    reaction: { message_id: "{answeredId}", emoji: "👍" },
  }),
  written(
    "reaction-removed",
    "The customer takes a reaction back: there is no emoji",
    `${messages}/reaction`,
    { type: "reaction", reaction: { message_id: "{answeredId}" } },
  ),
  written("image", "An image with the text below it", `${messages}/image`, {
    type: "image",
    image: {
      caption: "{text}",
      mime_type: "image/jpeg",
      sha256: "SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=",
      id: "2754859441498128",
    },
  }),
  written("voice", "A voice message", `${messages}/audio`, {
    type: "audio",
    audio: {
      mime_type: "audio/ogg; codecs=opus",
      sha256: "VqpuHkBLkX8QbNmVRMcrl3zQXpDWdOKqFLXcjvZJjMo=",
      id: "1908647269898587",
      voice: true,
    },
  }),
  written("location", "A place", `${messages}/location`, {
    type: "location",
    location: { latitude: 38.9806263495, longitude: -131.9428612257, name: "Main Street Beach" },
  }),
  written("contacts", "A contact card", `${messages}/contacts`, {
    type: "contacts",
    contacts: [
      {
        name: { first_name: "Barbara", formatted_name: "Barbara J. Johnson" },
        phones: [{ phone: "+1 (415) 555-0829", wa_id: "14155550829", type: "MOBILE" }],
      },
    ],
  }),
  written("order", "An order from a catalogue", `${messages}/order`, {
    type: "order",
    order: {
      catalog_id: "194836987003835",
      text: "{text}",
      product_items: [{ product_retailer_id: "di9ozbzfi4", quantity: 2, item_price: 7.99, currency: "USD" }],
    },
  }),
  written("from-advertisement", "The customer writes from an advertisement", `${messages}/text`, {
    ...text,
    referral: {
      source_url: "https://fb.me/3cr4Wqqkv",
      source_id: "120226305854810726",
      source_type: "ad",
      headline: "Chat with us",
      ctwa_clid:
        "Aff-n8ZTODiE79d22KtAwQKj9e_mIEOOj27vDVwFjN80dp4_0NiNhEgpGo0AHemvuSoifXaytfTzcchptiErTKCqTrJ5nW1h7IHYeYymGb5K5J5iTROpBhWAGaIAeUzHL50",
    },
  }),
  written("unsupported", "A message of a kind that WhatsApp does not forward", `${messages}/unsupported`, {
    type: "unsupported",
    unsupported: { type: "poll_creation" },
    errors: [
      {
        code: 131051,
        title: "Message type unknown",
        message: "Message type unknown",
        error_data: { details: "Message type is currently not supported." },
      },
    ],
  }),
  written("group", "A message in a group", `${messages}/group`, {
    group_id: "Y2FwaV9ncm91cDoxNzA1NTU1MDEzOToxMjAzNjM0MDQ2OTQyMzM4MjAZD",
    ...text,
  }),
  written("numeric-timestamp", "A message whose timestamp is a number", messages, {
    ...text,
    timestamp: "{secondsNumber}",
  }),
  written("with-user-name", "The customer has a user name beside the number", ids, text, {
    contacts: [
      { profile: { name: "{profileName}", username: "zoe.b" }, wa_id: "{waId}", user_id: "{userId}" },
    ],
  }),
  {
    ...entry(
      "message-without-number",
      "A user name hides the number: there is a business-scoped id alone",
      "customer",
      "https://github.com/nyaruka/courier/pull/1094",
      post([
        ofMessages({
          contacts: [{ profile: { name: "{profileName}", username: "zoe.b" }, user_id: "{userId}" }],
          messages: [{ from_user_id: "{userId}", id: "{messageId}", timestamp: "{seconds}", ...text }],
        }),
      ]),
    ),
  },
  entry(
    "message-to-other-number",
    "A customer of another number of the same app writes",
    "identity",
    "https://github.com/sarrazola/openlivery/pull/36",
    post([ofMessages({ metadata: otherNumber, contacts, messages: [{ ...head, ...text }] })]),
  ),
];

/** Messages that the customer did not write. */
export const whatsAppNotices: readonly Entry[] = [
  entry(
    "message-revoked",
    "The customer deletes a message",
    "customer",
    `${messages}/revoke`,
    post([
      ofMessages({
        contacts,
        messages: [
          {
            ...head,
            type: "revoke",
            revoke: { original_message_id: "wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA=" },
          },
        ],
      }),
    ]),
  ),
  entry(
    "message-edited",
    "The customer changes a message",
    "customer",
    `${messages}/edit`,
    post([
      ofMessages({
        contacts,
        messages: [
          {
            ...head,
            type: "edit",
            edit: {
              original_message_id: "wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA=",
              message: { context, ...text },
            },
          },
        ],
      }),
    ]),
  ),
  entry(
    "system-changed-number",
    "The customer has a new number",
    "customer",
    "https://github.com/netflie/whatsapp-cloud-api/issues/120",
    post([
      ofMessages({
        messages: [
          {
            ...head,
            type: "system",
            system: {
              body: "User {profileName} changed from {waId} to 12195555358",
              wa_id: "12195555358",
              type: "user_changed_number",
            },
          },
        ],
      }),
    ]),
  ),
  entry(
    "system-changed-user-id",
    "The customer has a new business-scoped id",
    "customer",
    `${messages}/system`,
    post([
      ofMessages({
        messages: [
          {
            from_user_id: "{userId}",
            id: "{messageId}",
            timestamp: "{seconds}",
            type: "system",
            system: {
              body: "User {profileName} changed from {userId} to US.13491208655302741918",
              user_id: "US.13491208655302741918",
              type: "user_changed_user_id",
            },
          },
        ],
      }),
    ]),
  ),
  entry(
    "system-changed-identity",
    "The customer has a new phone: the keys changed",
    "customer",
    "https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components",
    post([
      ofMessages({
        messages: [
          {
            ...head,
            type: "system",
            system: {
              body: "{profileName}'s security code changed",
              customer: "{waId}",
              identity: "DF2lS5v2W6x=",
              type: "customer_identity_changed",
            },
          },
        ],
      }),
    ]),
  ),
  entry(
    "request-welcome",
    "The customer opens the chat for the first time, as until 2026",
    "customer",
    "https://developers.facebook.com/documentation/business-messaging/whatsapp/changelog",
    post([ofMessages({ contacts, messages: [{ ...head, type: "request_welcome" }] })]),
  ),
  entry(
    "errors-alone",
    "An error of the account, not of a message",
    "account",
    `${messages}/errors`,
    post([
      ofMessages({
        errors: [
          {
            code: 130429,
            title: "Rate limit hit",
            message: "Rate limit hit",
            error_data: {
              details:
                "Message failed to send because there were too many messages sent from this phone number in a short period of time",
            },
            href: "/documentation/business-messaging/whatsapp/support/error-codes",
          },
        ],
      }),
    ]),
  ),
];
