/** The deletion of a profile removes its addresses and devices everywhere. */
import { createHmac } from "node:crypto";
import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { ListEndpointsByPlatformApplicationCommand, SNSClient } from "@aws-sdk/client-sns";
import { expect, it } from "vitest";
import localSettings from "../../infra/local/settings.json" with { type: "json" };
import { tableNamed } from "./deployed.ts";
import { eventually } from "./eventually.ts";
import { advanceClock, awsConfiguration, call, newCustomer, onPhone, send, until } from "./service.ts";

const dynamoDb = new DynamoDBClient(awsConfiguration);
const sns = new SNSClient(awsConfiguration);

async function textOf(table: string): Promise<string> {
  const items: unknown[] = [];
  for await (const page of paginateScan({ client: dynamoDb }, { TableName: tableNamed(table) }))
    items.push(...(page.Items ?? []));
  return JSON.stringify(items);
}
async function registeredTokens(): Promise<string> {
  const PlatformApplicationArn = localSettings.fcmPlatformApplicationArn;
  const { Endpoints } = await sns.send(
    new ListEndpointsByPlatformApplicationCommand({ PlatformApplicationArn }),
  );
  return JSON.stringify(Endpoints);
}

it("deleting a profile removes its devices' endpoints and what is known of its addresses, and can be repeated", async () => {
  const customer = newCustomer();
  const token = customer.appDevices[0]?.token ?? "";
  const path = `/profiles/deleted-${customer.fbMessengerId}`;
  const profileId = path.split("/")[2];
  await call("PUT", path, { ...customer, firstName: "Anna" });
  const { body } = await send({ to: { profileId }, body: "Hello", rules: ["appMessaging"] });
  await until(body.messageId, ["sent", "delivered"]);
  expect(await registeredTokens()).toContain(token);

  // The customer wrote, more than a day ago: that closes Meta's window.
  await onPhone(customer, "fbMessenger", "messages", { body: "Hi" });
  const free = { to: { profileId }, body: "Hello", rules: ["fbMessenger"] };
  const skippedFor = async () => (await call("POST", "/messages/plan", free)).body.skipped;
  const contact = createHmac("sha256", "local-contacts-hashKey")
    .update(JSON.stringify(["fbMessenger", customer.fbMessengerId]))
    .digest("base64url");
  const isKnown = async () => (await textOf("Contacts")).includes(contact);
  // Recorded before the clock moves: a message in the queue would come a second time.
  await eventually("what the customer wrote", isKnown, (known) => known);
  await advanceClock(25 * 3_600_000);
  expect(await skippedFor()).toHaveLength(1);

  expect((await call("DELETE", path)).status).toBe(204);
  expect((await call("GET", path)).status).toBe(404);
  expect(await registeredTokens()).not.toContain(token);
  expect(await isKnown()).toBe(false);
  expect(await textOf("Profiles")).not.toContain(customer.fbMessengerId);
  expect((await send(free)).status).toBe(422);
  expect((await call("DELETE", path)).status).toBe(204);
});
