/** What the console knows of the events that were published, from the calls that functions make. */
import { expect, it } from "vitest";
import { PublishedEvents } from "../../../infra/local/console/messages/published-events.ts";

const event = {
  id: "m1/3",
  type: "message.delivered",
  time: "2030-01-01T12:00:02.000Z",
  data: { messageId: "m1", client: "local" },
};
const call = (service: string, action: string, input: object) => ({
  service,
  action,
  accessKeyId: undefined,
  isQuery: service === "sns",
  input: () => input,
});
const published = call("sns", "PublishBatch", {
  "PublishBatchRequestEntries.member.1.Message": JSON.stringify(event),
});
const body = (more: object = {}) =>
  JSON.stringify({
    client: "local",
    id: event.id,
    type: event.type,
    payload: JSON.stringify(event),
    ...more,
  });
const queued = call("sqs", "SendMessageBatch", { Entries: [{ MessageBody: body({ tries: 0 }) }] });

function eventsOf(...calls: ReturnType<typeof call>[]) {
  const events = new PublishedEvents();
  for (const one of calls) events.recordCall(one);
  return events;
}

it("an event that was published to the topic is shown once, and another message's is not", () => {
  const events = eventsOf(published, published);
  const { id, type, time } = event;
  expect(events.of("m1")).toEqual([{ id, type, time, event }]);
  expect(events.of("m2")).toEqual([]);
});

it("its webhook delivery is queued, waits after a failure, and is made or parked", async () => {
  const events = eventsOf(published, queued);
  const webhook = () => events.of("m1")[0]?.webhook;
  expect(webhook()).toEqual({ state: "queued", failures: 0 });
  const fails = async () => {
    await undefined;
    events.recordCall(
      call("sqs", "SendMessage", { MessageBody: body({ tries: 1, since: "2030-01-01T12:00:03Z" }) }),
    );
  };
  await events.during({ Records: [{ body: body({ tries: 0 }) }] }, fails());
  expect(webhook()).toEqual({ state: "waits", failures: 1 });
  await events.during({ Records: [{ body: body({ tries: 1 }) }] }, Promise.resolve());
  expect(webhook()).toEqual({ state: "delivered", failures: 1 });
  events.recordCall(call("sqs", "SendMessage", { MessageBody: body() }));
  expect(webhook()).toMatchObject({ state: "parked" });
});

it("a delivery whose function failed stays queued", async () => {
  const events = eventsOf(published, queued);
  const failing = events.during({ Records: [{ body: body({ tries: 0 }) }] }, Promise.reject(new Error("no")));
  await expect(failing).rejects.toThrow("no");
  expect(events.of("m1")[0]?.webhook).toEqual({ state: "queued", failures: 0 });
});

it("other calls, and bodies of other queues, are no events", () => {
  const events = eventsOf(
    call("sqs", "SendMessage", { MessageBody: "{}" }),
    call("sqs", "SendMessage", { MessageBody: 'no JSON, but "payload"' }),
    call("sns", "PublishBatch", { "PublishBatchRequestEntries.member.1.Message": "no JSON" }),
    call("sns", "Publish", { Message: JSON.stringify(event) }),
  );
  expect(events.of("m1")).toEqual([]);
});
