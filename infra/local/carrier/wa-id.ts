/**
 * The id of a WhatsApp account: the digits of its phone number, in three countries not as dialled. Meta's responses and
 * webhooks name the customer by it.
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
 */

/** The dialled number, and WhatsApp's form of it. */
const rewritings: readonly { dialled: RegExp; waId: string }[] = [
  // Mexico: mobile numbers keep the 1 that is no longer dialled since 2019. https://github.com/chatwoot/chatwoot/issues/14048
  { dialled: /^52([2-9]\d{9})$/, waId: "521$1" },
  // Brazil: from area code 31 on, without the ninth digit. https://github.com/wwebjs/whatsapp-web.js/issues/596
  { dialled: /^55([3-9]\d)9(\d{8})$/, waId: "55$1$2" },
  // Argentina: mobile numbers have the 9 that is dialled from abroad. https://github.com/chatwoot/chatwoot/issues/11053
  { dialled: /^54([1-8]\d{9})$/, waId: "549$1" },
];

/** `address`: with or without its plus. */
export function waIdOf(address: string): string {
  const digits = address.replace(/\D/g, "");
  const { dialled, waId } = rewritings.find((one) => one.dialled.test(digits)) ?? {};
  return dialled === undefined || waId === undefined ? digits : digits.replace(dialled, waId);
}
