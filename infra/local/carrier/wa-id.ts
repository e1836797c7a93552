/**
 * The id of a WhatsApp account: its phone number's digits, but in three countries not as people dial it. Meta's answers and webhooks
 * name the customer by it. https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
 */

/** What is dialled, and what WhatsApp makes of it. */
const rewritings: readonly { dialled: RegExp; waId: string }[] = [
  // Mexico: mobile numbers keep the 1 that dialling lost in 2019. https://github.com/chatwoot/chatwoot/issues/14048
  { dialled: /^52([2-9]\d{9})$/, waId: "521$1" },
  // Brazil: from area code 31 on without the ninth digit. https://github.com/wwebjs/whatsapp-web.js/issues/596
  { dialled: /^55([3-9]\d)9(\d{8})$/, waId: "55$1$2" },
  // Argentina: mobile numbers with the 9 of calls from abroad. https://github.com/chatwoot/chatwoot/issues/11053
  { dialled: /^54([1-8]\d{9})$/, waId: "549$1" },
];

/** `address`: with or without its plus. */
export function waIdOf(address: string): string {
  const digits = address.replace(/\D/g, "");
  const { dialled, waId } = rewritings.find((one) => one.dialled.test(digits)) ?? {};
  return dialled === undefined || waId === undefined ? digits : digits.replace(dialled, waId);
}
