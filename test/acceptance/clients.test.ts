/** Several clients on one deployment: none sees, changes or is changed by what is another's, by any route. */
import { GetQueueUrlCommand, ListQueuesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { beforeAll, describe, expect, it } from "vitest";
import { fetchContract, operationsIn } from "../contract/contract.ts";
import { eventually } from "./eventually.ts";
import { type Key, newKey } from "./keys.ts";
import { startReceiver } from "./receiver.ts";
import {
  type Answer,
  api,
  arrivedAt,
  awsConfiguration,
  type Customer,
  final,
  newCustomer,
  setPhone,
} from "./service.ts";

const { document } = await fetchContract(api);
let one: Key;
let other: Key;
beforeAll(async () => {
  [one, other] = [await newKey(), await newKey()];
});

const message = (to: object = newCustomer()) => ({ to, body: "Hello", rules: ["sms"] });
/** As long as it is not finished: the customer does not get it. */
async function waitingMessage(key: Key): Promise<{ messageId: string; customer: Customer }> {
  const customer = newCustomer();
  await setPhone(customer, "fbMessenger", { delivers: false });
  const { body } = await key.call("POST", "/messages", {
    to: customer,
    body: "Hello",
    rules: [{ channel: "fbMessenger", fallbackAfter: 7200 }],
  });
  return { messageId: body.messageId, customer };
}
const traceBy = async (key: Key, messageId: string) => (await key.call("GET", `/messages/${messageId}`)).body;
const untilBy = (key: Key, messageId: string, statuses: string[]) =>
  eventually(
    statuses.join(" or "),
    () => traceBy(key, messageId),
    ({ status }) => statuses.includes(status),
  );
const asNothing = (answer: Answer) =>
  expect([answer.status, answer.body]).toEqual([
    404,
    expect.objectContaining({ title: "no message has this id" }),
  ]);

describe("another client's message", () => {
  it.each([
    ["GET", ""],
    ["DELETE", ""],
    ["POST", "/redact"],
  ])(
    "%s /messages/{messageId}%s of another client's message is answered as if there were none",
    async (method, suffix) => {
      const { messageId } = await waitingMessage(one);
      asNothing(await other.call(method, `/messages/${messageId}${suffix}`));
      const trace = await untilBy(one, messageId, ["sent"]);
      expect(trace.redactedAt).toBeUndefined();
      expect((await one.call("DELETE", `/messages/${messageId}`)).body.status).toBe("cancelled");
      asNothing(await other.call(method, `/messages/${messageId}${suffix}`));
      expect((await one.call("POST", `/messages/${messageId}/redact`)).status).toBe(200);
      asNothing(await other.call(method, `/messages/${messageId}${suffix}`));
    },
  );
});

describe("every route of the API that names or lists data of a client", () => {
  const keyed = operationsIn(document).filter(({ operation }) =>
    operation.security.some((scheme) => "apiKey" in scheme),
  );

  const putsLast = (route: string) => (route.startsWith("PUT ") ? 1 : 0);

  it("a call by another client shows nothing of the data, and changes nothing", async () => {
    const marker = `only-${one.client}`;
    const customer = newCustomer();
    await setPhone(customer, "fbMessenger", { delivers: false });
    const waiting = { channel: "fbMessenger", fallbackAfter: 7200 };
    const sent = {
      to: { ...customer, profileId: marker },
      body: marker,
      rules: [waiting],
      metadata: { marker },
    };
    const { messageId } = (await one.call("POST", "/messages", sent)).body;
    await untilBy(one, messageId, ["sent"]);
    const receiver = await startReceiver();
    await one.call("PUT", "/webhook", { url: `${receiver.url}${marker}`, events: ["message.failed"] });
    await one.call("PUT", "/profiles/shared", { phoneNumber: "447123123123", firstName: marker });
    await one.call("PUT", "/profiles/shared/consents/sms", { state: "opted-in", source: marker });
    await one.call("PUT", "/rules/shared", { channels: ["sms", waiting] });
    const webhook = { name: marker, url: `${receiver.url}${marker}`, subscriptions: [{ type: "none" }] };
    const { body: made } = await one.call("POST", "/cpaas/webhooks", webhook);
    const inbound = { channel: "chat", from: { profileId: "shared" }, body: marker };
    const { body: wrote } = await one.call("POST", "/cpaas/messages/inbounds", inbound);
    const ids: Record<string, string> = {
      messageId,
      profileId: "shared",
      channel: "sms",
      name: "shared",
      webhookId: made.id,
      inboundId: wrote.id,
      status: "delivered",
    };
    const lists = ["GET /messages", "GET /profiles/{profileId}/messages"];
    /** Of the Omnichannel API: the other's own, which are none, or the same for all. */
    const ownLists = [
      "GET /cpaas/profiles",
      "GET /cpaas/profiles/{profileId}/messages",
      "GET /cpaas/webhooks",
      "GET /cpaas/webhooks/availableevents",
      "GET /cpaas/webhooks/availabletemplates",
    ];
    const pathOf = (route: string) =>
      route === "GET /messages"
        ? `/messages?profileId=${marker}`
        : (route.split(" ")[1] ?? "").replace(
            /\{(\w+)\}/g,
            (_, name: string) => ids[name] ?? expect.fail(name),
          );
    const seenByOne = () =>
      Promise.all(
        keyed
          .filter(({ route }) => route.startsWith("GET "))
          .map(async ({ route }) => [route, (await one.call("GET", pathOf(route))).body]),
      );

    const before = await seenByOne();
    expect(JSON.stringify(before)).toContain(marker);
    // What the other puts there itself comes last.
    for (const { route, operation } of keyed.toSorted((a, b) => putsLast(a.route) - putsLast(b.route))) {
      const [method = ""] = route.split(" ");
      const [example] = Object.values(operation.requestBody?.content["application/json"]?.examples ?? {});
      const answer = await other.call(method, pathOf(route), example?.value as object | undefined);
      expect(JSON.stringify(answer.body) ?? "", route).not.toContain(marker);
      if (lists.includes(route)) expect([answer.status, answer.body], route).toEqual([200, { messages: [] }]);
      // The other's own, which are none.
      else if (route === "GET /settings") expect([answer.status, answer.body], route).toEqual([200, {}]);
      else if (ownLists.includes(route)) expect(answer.status, route).toBe(200);
      else if (method === "GET" || route.includes("{messageId}")) expect(answer.status, route).toBe(404);
    }
    expect(await seenByOne()).toEqual(before);
    await one.call("DELETE", `/messages/${messageId}`);
    await one.call("DELETE", "/webhook");
    await one.call("DELETE", `/cpaas/webhooks/${made.id}`);
  });
});

describe("an idempotency key", () => {
  it("the same idempotency key by two clients is two messages, even with the same content, by POST /messages and by the batch", async () => {
    const customer = newCustomer();
    const key = `shared-${customer.fbMessengerId}`;
    const [mine, theirs] = await Promise.all(
      [one, other].map((client) =>
        client.call("POST", "/messages", message(customer), { "idempotency-key": key }),
      ),
    );
    expect([mine?.status, theirs?.status]).toEqual([201, 201]);
    expect(mine?.body.messageId).not.toBe(theirs?.body.messageId);
    const changed = { ...message(customer), body: "Other", idempotencyKey: key };
    const batch = await (await newKey()).call("POST", "/messages/batch", [changed]);
    expect(batch.body.results).toMatchObject([{ status: 201 }]);
    const reused = await other.call("POST", "/messages/batch", [changed]);
    expect(reused.body.results).toMatchObject([{ status: 422 }]);
  });
});

describe("a profile", () => {
  it("two clients have each their own profile under the same id, by PUT, GET and DELETE", async () => {
    const path = `/profiles/shared-${newCustomer().fbMessengerId}`;
    await one.call("PUT", path, { firstName: "Anna" });
    expect((await other.call("GET", path)).status).toBe(404);
    expect((await other.call("DELETE", path)).status).toBe(204);
    await other.call("PUT", path, { firstName: "Berta" });
    expect((await one.call("GET", path)).body).toMatchObject({ firstName: "Anna" });
    await other.call("DELETE", path);
    expect((await one.call("GET", path)).body).toMatchObject({ firstName: "Anna" });
  });

  it("a client's messages neither use nor change another client's profile of the same id", async () => {
    const customer = newCustomer();
    const profileId = `addresses-${customer.fbMessengerId}`;
    await one.call("PUT", `/profiles/${profileId}`, { phoneNumber: customer.phoneNumber });
    for (const path of ["/messages", "/messages/plan"]) {
      const answer = await other.call("POST", path, message({ profileId }));
      expect(JSON.stringify(answer.body)).toContain("no phoneNumber in `to` or the profile");
    }
    const batch = await other.call("POST", "/messages/batch", [message({ profileId })]);
    expect(batch.body.results).toMatchObject([{ status: 422 }]);
    await other.call("POST", "/messages", message({ profileId, phoneNumber: newCustomer().phoneNumber }));
    expect((await one.call("GET", `/profiles/${profileId}`)).body).toEqual({
      profileId,
      phoneNumber: customer.phoneNumber,
    });
    expect(await arrivedAt(customer, "sms")).toEqual([]);
  });

  it("profiles never collide, whatever characters the clients' names and the profileIds have", async () => {
    const [short, long] = [await newKey({ client: "shop" }), await newKey({ client: "shop#eu" })];
    const id = `anna-${newCustomer().fbMessengerId}`;
    await long.call("PUT", `/profiles/${id}`, { firstName: "Anna" });
    expect((await short.call("GET", `/profiles/${encodeURIComponent(`eu#${id}`)}`)).status).toBe(404);
    expect((await short.call("GET", `/profiles/${encodeURIComponent(`%23eu#${id}`)}`)).status).toBe(404);
  });
});

it("a message from the queue belongs to its client alone", async () => {
  const sqs = new SQSClient({ ...awsConfiguration, useQueueUrlAsEndpoint: false });
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const QueueName = QueueUrls.map((url) => url.split("/").at(-1) ?? "").find((name) =>
    name.includes("IngestMessagesQueue"),
  );
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  const customer = newCustomer();
  const attribute = (StringValue: string) => ({ DataType: "String", StringValue });
  const key = `queued-${customer.fbMessengerId}`;
  await sqs.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: JSON.stringify(message(customer)),
      MessageAttributes: { client: attribute(one.client), "Idempotency-Key": attribute(key) },
    }),
  );
  await eventually(
    "the SMS",
    () => arrivedAt(customer, "sms"),
    (arrived) => arrived.length === 1,
  );
  const repeated = { "idempotency-key": key };
  const theirs = await other.call("POST", "/messages", message(customer), repeated);
  const mine = await one.call("POST", "/messages", message(customer), repeated);
  expect(theirs.body.messageId).not.toBe(mine.body.messageId);
  await untilBy(one, mine.body.messageId, final);
  asNothing(await other.call("GET", `/messages/${mine.body.messageId}`));
  asNothing(await one.call("GET", `/messages/${theirs.body.messageId}`));
  await untilBy(other, theirs.body.messageId, final);
  expect(await arrivedAt(customer, "sms")).toHaveLength(2);
});

it("two keys of one client see the same data", async () => {
  const [first, second] = [await newKey({ client: "chain" }), await newKey({ client: "chain" })];
  const { messageId } = await waitingMessage(first);
  expect((await second.call("GET", `/messages/${messageId}`)).status).toBe(200);
  expect((await second.call("DELETE", `/messages/${messageId}`)).status).toBe(202);
});

it("a client's rate limit is not used up by another client's requests", async () => {
  const [limited, busy] = [await newKey({ rateLimit: 1 }), await newKey({ rateLimit: 1 })];
  await busy.call(
    "POST",
    "/messages/batch",
    Array.from({ length: 100 }, () => ({})),
  );
  expect((await busy.call("GET", "/messages/none")).status).toBe(429);
  expect((await limited.call("GET", "/messages/none")).status).toBe(404);
});
