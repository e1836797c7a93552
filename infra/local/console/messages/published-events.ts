/**
 * The events of messages: those published to the topic, and the state of their webhook deliveries. Collected from the
 * functions' calls to SNS and SQS, at the AWS endpoint and the event sources.
 */
import * as v from "valibot";
import type { AwsCall } from "../../aws/aws-call.ts";
import type { PublishedEvent } from "../contract.ts";

const event = v.pipe(
  v.string(),
  v.parseJson(),
  v.looseObject({
    id: v.string(),
    type: v.string(),
    time: v.string(),
    data: v.looseObject({ messageId: v.string() }),
  }),
);
/** In the queue; in the dead-letter queue it has neither of the optional fields. */
const delivery = v.pipe(
  v.string(),
  v.parseJson(),
  v.looseObject({ payload: v.string(), tries: v.optional(v.number(), 0), since: v.optional(v.string()) }),
);
const queued = v.looseObject({
  MessageBody: v.optional(v.string()),
  Entries: v.optional(v.array(v.looseObject({ MessageBody: v.optional(v.string()) })), []),
});
const batch = v.looseObject({ Records: v.array(v.looseObject({ body: v.string() })) });

type Recorded = PublishedEvent & { messageId: string; changes: number };
const mostMessages = 5_000;

export class PublishedEvents {
  readonly #byMessage = new Map<string, Map<string, Recorded>>();
  readonly #listeners = new Set<(messageId: string) => void>();

  onChange(listener: (messageId: string) => void): void {
    this.#listeners.add(listener);
  }

  of(messageId: string): PublishedEvent[] {
    return [...(this.#byMessage.get(messageId)?.values() ?? [])].map(
      ({ changes: _, messageId: __, ...published }) => published,
    );
  }

  /** Records a function's call to AWS that succeeded. */
  recordCall({ service, action, input }: AwsCall): void {
    if (service === "sns" && action === "PublishBatch") {
      for (const [name, value] of Object.entries(input() as Record<string, string>))
        if (name.endsWith(".Message")) this.#published(value);
    } else if (service === "sqs" && (action === "SendMessageBatch" || action === "SendMessage")) {
      const sent = v.safeParse(queued, input());
      if (!sent.success) return;
      const { MessageBody, Entries } = sent.output;
      for (const body of [MessageBody, ...Entries.map((entry) => entry.MessageBody)])
        if (body !== undefined) this.#queued(body, action === "SendMessage");
    }
  }

  /** During an invocation with queue messages: deliveries that it neither queued again nor parked were made. */
  async during<Answer>(payload: unknown, invocation: Promise<Answer>): Promise<Answer> {
    const records = v.safeParse(batch, payload);
    const taken = (records.success ? records.output.Records : []).flatMap(({ body }) => {
      const recorded = this.#deliveryIn(body)?.recorded;
      return recorded === undefined ? [] : [{ recorded, changes: recorded.changes }];
    });
    const answer = await invocation;
    for (const { recorded, changes } of taken)
      if (recorded.changes === changes) this.#change(recorded, { state: "delivered" });
    return answer;
  }

  #published(text: string): void {
    const parsed = v.safeParse(event, text);
    if (!parsed.success) return;
    const { id, type, time, data } = parsed.output;
    const { messageId } = data;
    const known = this.#byMessage.get(messageId) ?? new Map<string, Recorded>();
    this.#byMessage.set(messageId, known);
    const [oldest] = this.#byMessage.keys();
    if (this.#byMessage.size > mostMessages && oldest !== undefined) this.#byMessage.delete(oldest);
    if (known.has(id)) return;
    known.set(id, { id, type, time, event: JSON.parse(text), messageId, changes: 0 });
    this.#notify(messageId);
  }

  #queued(body: string, isAlone: boolean): void {
    const found = this.#deliveryIn(body);
    if (found === undefined) return;
    const { tries, since } = found.delivery;
    // A delivery that waits is sent back alone, with `since`; a parked one has no `since`.
    const state = isAlone ? (since === undefined ? "parked" : "waits") : "queued";
    this.#change(found.recorded, { state, ...(state === "parked" ? {} : { failures: tries }) });
  }

  #deliveryIn(body: string) {
    if (!body.includes('"payload"')) return undefined;
    const parsed = v.safeParse(delivery, body);
    const payload = parsed.success ? v.safeParse(event, parsed.output.payload) : undefined;
    if (!parsed.success || !payload?.success) return undefined;
    const { id, data } = payload.output;
    const recorded = this.#byMessage.get(data.messageId)?.get(id);
    return recorded && { delivery: parsed.output, recorded };
  }

  #change(recorded: Recorded, change: Partial<NonNullable<PublishedEvent["webhook"]>>): void {
    recorded.changes += 1;
    recorded.webhook = { state: "queued", failures: 0, ...recorded.webhook, ...change };
    this.#notify(recorded.messageId);
  }

  #notify(messageId: string): void {
    for (const listener of this.#listeners) listener(messageId);
  }
}
