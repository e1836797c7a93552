/** What receipts say of money: SNS's amount, WhatsApp's category; what cannot be read costs no receipt. */
import { describe, expect, it } from "vitest";
import { readSmsDeliveryLog } from "../../functions/channels/sms-delivery-log.ts";
import { readWhatsAppWebhook } from "../../functions/channels/whats-app-webhook.ts";

describe("the price in SNS's delivery log", () => {
  const read = (priceInUSD: unknown, status = "SUCCESS") =>
    readSmsDeliveryLog(
      JSON.stringify({
        notification: { messageId: "1", timestamp: "2030-01-01 00:00:00.000" },
        delivery: { destination: "+447123123123", priceInUSD, providerResponse: "accepted by phone" },
        status,
      }),
    );
  it.each([
    [0.00645, "0.00645"],
    [0.1, "0.1"],
    [0, "0"],
    [5e-7, "0.0000005"],
    [1.00645, "1.00645"],
  ])("the price %d in SNS's delivery log is %s USD", (price, usd) => {
    expect(read(price)).toMatchObject({ status: "delivered", pricing: { usd } });
    expect(read(price, "FAILURE")).toMatchObject({ status: "failed", pricing: { usd } });
  });
  it.each([undefined, null, "much", -1, 1e300])(
    "SNS's delivery log with the price %j is still a receipt",
    (price) => {
      const receipt = read(price);
      expect(receipt.status).toBe("delivered");
      expect(receipt.pricing).toBeUndefined();
    },
  );
});

describe("the price in WhatsApp's status", () => {
  const read = (status: string, pricing: unknown) => {
    const statuses = [
      { id: "wamid.1", status, timestamp: "1893456000", biz_opaque_callback_data: "m1", pricing },
    ];
    const [receipt] = readWhatsAppWebhook({ entry: [{ changes: [{ value: { statuses } }] }] }).items;
    return receipt;
  };
  it.each([
    [{ billable: true, pricing_model: "PMP", type: "regular", category: "utility" }, { category: "utility" }],
    [
      { billable: false, pricing_model: "PMP", type: "free_customer_service", category: "service" },
      { usd: "0" },
    ],
    [{ billable: true, type: "free_entry_point", category: "referral_conversion" }, { usd: "0" }],
    [{ type: "regular", category: "marketing" }, { category: "marketing" }],
    [{ billable: false, category: "service" }, { usd: "0" }],
    [{ billable: true }, {}],
  ])("a WhatsApp status with %j is billed as %j", (pricing, expected) => {
    expect(read("delivered", pricing)).toMatchObject({ status: "delivered", pricing: expected });
    expect(read("read", pricing)).toMatchObject({ status: "read", pricing: expected });
  });
  it("a WhatsApp status that is only sent is not billed yet", () => {
    expect(read("sent", { billable: true, category: "utility" })).not.toHaveProperty("pricing");
  });
  it.each([7, "free", [1], { billable: "yes" }])(
    "a WhatsApp status with the pricing %j is still a receipt",
    (pricing) => {
      expect(read("delivered", pricing)).toMatchObject({ status: "delivered", messageId: "m1" });
    },
  );
});
