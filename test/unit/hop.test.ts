/** A hop from claim to end, over a table in memory that keeps the conditions of the real one. */
import { describe, expect, it, vi } from "vitest";
import {
  type ChannelError,
  NotRegistered,
  OutcomeUnknown,
  ProviderUnavailable,
  Throttled,
  Undeliverable,
} from "../../functions/channels/errors.ts";
import { sms } from "../../functions/channels/sms.ts";
import type { Consents } from "../../functions/domain/customer/consent.ts";
import type { Message } from "../../functions/domain/message/message.ts";
import type { Admitted, Uses } from "../../functions/hop/circuits.ts";
import { runHop } from "../../functions/hop/hop.ts";
import { previousHop } from "../../functions/hop/previous-hop.ts";
import type { ContactsTable } from "../../functions/storage/contacts-table.ts";
import type { MessagesTable } from "../../functions/storage/messages-table.ts";

const start = new Date("2030-01-01T00:00:00.000Z");
const stored = (changes: Partial<Message> = {}): Message => ({
  messageId: "m1",
  client: "c1",
  createdAt: start.toISOString(),
  fingerprint: "f",
  addresses: { phoneNumber: "+447123123123" },
  body: "Hello",
  rules: ["sms"],
  route: [{ channel: "sms", timeoutSeconds: 60, until: "sent" }],
  skipped: {},
  attempts: { sms: {} },
  ttl: 0,
  ...changes,
});

function setUp(message: Message | undefined, send: () => Promise<{ providerMessageIds: [string] }>) {
  const attempt = () => message?.attempts.sms ?? {};
  const messages = {
    claim: vi.fn(async (_id: string, _channel: string, taskToken: string, at: string) => {
      const expired = message?.expiresOn !== undefined && message.expiresOn <= at;
      if (message === undefined || message.finishedAt || attempt().claimedAt || expired)
        return { claimed: false as const, message };
      Object.assign(attempt(), { claimedAt: at, taskToken });
      return { claimed: true as const, message };
    }),
    adopt: vi.fn(async (_id: string, _channel: string, taskToken: string, unknownAt: string | undefined) => {
      Object.assign(attempt(), { taskToken, ...(unknownAt ? { unknownAt } : {}) });
      return message as Message;
    }),
    get: vi.fn(async () => message),
    release: vi.fn(async () => void delete attempt().claimedAt),
    recordAttempt: vi.fn(async (_id: string, _channel: string, changes: object, reached?: string) => {
      Object.assign(attempt(), changes);
      if (reached) Object.assign(message as Message, { outcome: "reached", finishedAt: reached });
      return message as Message;
    }),
    redact: vi.fn(async () => message),
  };
  const contacts = { recordSend: vi.fn(async () => {}) };
  const consents = {
    read: vi.fn(async (): Promise<Consents[]> => []),
    record: vi.fn(async (..._: unknown[]) => {}),
  };
  const report = vi.fn(async (_outcomes: ReadonlyMap<string, unknown>) => {});
  const circuits = {
    read: vi.fn(async (_uses: Uses) => {}),
    admit: vi.fn(async (_uses: Uses): Promise<Admitted> => ({ identities: new Map(), report })),
  };
  const sender = vi.fn(send);
  const succeedTask = vi.fn(async () => {});
  const run = (taskToken = "token-1") =>
    runHop(
      { taskToken, hop: { messageId: "m1", channel: "sms", timeoutSeconds: 60 } },
      {
        channel: sms,
        messages: messages as unknown as MessagesTable,
        contacts: contacts as unknown as ContactsTable,
        consents,
        circuits,
        settings: {},
        send: sender,
        succeedTask,
        failTask: async () => {},
        now: () => start,
        pause: async () => {},
      },
    );
  return { run, sender, succeedTask, messages, contacts, consents, circuits, report, attempt };
}
const takes = async () => ({ providerMessageIds: ["p1"] as [string] });
const throws = (error: ChannelError) => async () => Promise.reject(error);

describe("a hop", () => {
  it("a hop claims its channel, sends, records the send and ends its task", async () => {
    const { run, sender, succeedTask, attempt } = setUp(stored(), takes);
    await run();
    expect(sender).toHaveBeenCalledTimes(1);
    expect(attempt()).toMatchObject({
      claimedAt: start.toISOString(),
      sentAt: start.toISOString(),
      providerMessageIds: ["p1"],
    });
    expect(succeedTask).toHaveBeenCalledWith("token-1", { messageId: "m1", channel: "sms", status: "sent" });
  });

  it("a message that was cancelled and redacted during the send is redacted again, and no other", async () => {
    const kept = setUp(stored(), takes);
    await kept.run();
    expect(kept.messages.redact).not.toHaveBeenCalled();
    const message = stored();
    const { run, messages } = setUp(message, async () => {
      Object.assign(message, { finishedAt: "now", outcome: "cancelled", redactedAt: "now" });
      return takes();
    });
    await run();
    expect(messages.redact).toHaveBeenCalledWith(
      expect.objectContaining({ attempts: { sms: expect.objectContaining({ providerMessageIds: ["p1"] }) } }),
      start.toISOString(),
    );
  });

  it('records no "sent" for what the provider holds', async () => {
    const { run, attempt } = setUp(stored(), async () => ({ ...(await takes()), isHeld: true as const }));
    await run();
    expect(attempt()).toMatchObject({ claimedAt: start.toISOString(), providerMessageIds: ["p1"] });
    expect(attempt().sentAt).toBeUndefined();
  });

  it("notes the address before it sends, and gives the claim back where that fails", async () => {
    const { run, sender, contacts, attempt } = setUp(stored(), takes);
    contacts.recordSend.mockRejectedValueOnce(new Error("throttled"));
    await expect(run()).rejects.toMatchObject({ name: "ProviderUnavailable" });
    expect(sender).not.toHaveBeenCalled();
    expect(attempt().claimedAt).toBeUndefined();
    await run();
    expect(contacts.recordSend).toHaveBeenLastCalledWith(
      "sms",
      "+447123123123",
      expect.objectContaining({ messageId: "m1", client: "c1" }),
      start.toISOString(),
    );
    expect(sender).toHaveBeenCalledTimes(1);
  });

  it("sends nothing to a customer who opted out, probes no circuit, and reads what holds at this moment", async () => {
    const { run, sender, consents, circuits, attempt } = setUp(stored({ profileId: "anna" }), takes);
    consents.read.mockResolvedValueOnce([
      {},
      { sms: { state: "opted-out", at: "2029-12-31T00:00:00.000Z" } },
    ]);
    await expect(run()).rejects.toMatchObject({ name: "OptedOut" });
    expect(sender).not.toHaveBeenCalled();
    expect(circuits.admit).not.toHaveBeenCalled();
    expect(consents.read.mock.calls).toEqual([
      [
        [
          { client: "c1", field: "phoneNumber", value: "+447123123123" },
          { client: "c1", field: "profileId", value: "anna" },
        ],
      ],
    ]);
    expect(attempt()).toMatchObject({
      failedAt: start.toISOString(),
      error: {
        name: "OptedOut",
        code: "opted_out",
        message: "the customer opted out of SMS (2029-12-31T00:00:00.000Z): nothing was sent",
      },
    });
  });

  it("gives the claim back, and sends nothing, where it cannot be read whether the customer opted out", async () => {
    const { run, sender, consents, attempt } = setUp(stored(), takes);
    consents.read.mockRejectedValueOnce(new Error("throttled"));
    await expect(run()).rejects.toMatchObject({ name: "ProviderUnavailable" });
    expect(sender).not.toHaveBeenCalled();
    expect(attempt().claimedAt).toBeUndefined();
    await run();
    expect(sender).toHaveBeenCalledTimes(1);
  });

  it("sends only when its receipts' row is written and it is known whether the customer opted out", async () => {
    const { run, sender, contacts, consents, circuits } = setUp(stored(), takes);
    const row = Promise.withResolvers<void>();
    const optOuts = Promise.withResolvers<Consents[]>();
    contacts.recordSend.mockReturnValueOnce(row.promise);
    consents.read.mockReturnValueOnce(optOuts.promise);
    const hop = run();
    const otherTurn = () => new Promise((resolve) => setImmediate(resolve));
    await otherTurn();
    // All are asked at once.
    for (const asked of [contacts.recordSend, consents.read, circuits.read])
      expect(asked).toHaveBeenCalledTimes(1);
    row.resolve();
    await otherTurn();
    expect(sender).not.toHaveBeenCalled();
    optOuts.resolve([]);
    await hop;
    expect(sender).toHaveBeenCalledTimes(1);
  });

  it("does not try again for a customer who opted out between two tries, and closes no circuit by that", async () => {
    const { run, sender, consents, report, attempt } = setUp(
      stored(),
      throws(new ProviderUnavailable("down")),
    );
    consents.read.mockResolvedValueOnce([]);
    consents.read.mockResolvedValue([{ all: { state: "opted-out", at: start.toISOString() } }]);
    await expect(run()).rejects.toMatchObject({ name: "OptedOut" });
    expect(sender).toHaveBeenCalledTimes(1);
    expect(report).not.toHaveBeenCalled();
    expect(attempt().error?.name).toBe("OptedOut");
  });

  it("keeps what SNS says of a number that is opted out, and fails as it would where that cannot be kept", async () => {
    const { run, consents } = setUp(stored(), throws(new Undeliverable("opted out", { code: "OptedOut" })));
    consents.record.mockRejectedValueOnce(new Error("throttled"));
    await expect(run()).rejects.toMatchObject({ name: "Undeliverable" });
    expect(consents.record).toHaveBeenCalledWith(
      { client: "c1", field: "phoneNumber", value: "+447123123123" },
      "sms",
      { state: "opted-out", at: start.toISOString(), source: "SMS answered OptedOut" },
    );
  });

  it("fails at once, and sends nothing, while the circuit of all that it would be sent as is open", async () => {
    const { run, sender, circuits, report, attempt } = setUp(stored(), takes);
    const since = "2030-01-01T00:00:00.000Z";
    circuits.admit.mockResolvedValue({ identities: new Map([["account", since]]), report });
    await expect(run()).rejects.toMatchObject({ name: "CircuitOpen" });
    expect(sender).not.toHaveBeenCalled();
    expect(report).not.toHaveBeenCalled();
    expect(attempt()).toMatchObject({
      failedAt: start.toISOString(),
      error: { name: "ProviderUnavailable", code: "CircuitOpen", message: `circuit open since ${since}` },
    });
  });

  it("ends with success while the circuit is open, where the customer was reached before", async () => {
    const { run, circuits, report, succeedTask } = setUp(
      stored({ finishedAt: "t", outcome: "reached" }),
      takes,
    );
    circuits.admit.mockResolvedValue({ identities: new Map([["account", "t"]]), report });
    await run();
    expect(succeedTask).toHaveBeenCalledTimes(1);
  });

  it("reports to the circuits what came of the send, and goes on where they cannot be read or written", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const { run, circuits, report, succeedTask } = setUp(stored(), takes);
    report.mockRejectedValueOnce(new Error("throttled"));
    await run();
    expect(circuits.admit).toHaveBeenCalledWith({
      client: "c1",
      identities: ["account"],
      template: undefined,
    });
    expect(report).toHaveBeenCalledWith(new Map([["account", undefined]]));
    expect(succeedTask).toHaveBeenCalledTimes(1);
    const down = new ProviderUnavailable("down");
    const failing = setUp(stored(), throws(down));
    await expect(failing.run()).rejects.toBe(down);
    expect(failing.report).toHaveBeenCalledWith(new Map([["account", down]]));
    for (const call of ["read", "admit"] as const) {
      const unread = setUp(stored(), takes);
      unread.circuits[call].mockRejectedValue(new Error("throttled"));
      await unread.run();
      expect(unread.sender).toHaveBeenCalledTimes(1);
    }
  });

  it("a hop whose earlier attempt may have sent never sends, and waits with the new task token", async () => {
    const { run, sender, succeedTask, attempt } = setUp(
      stored({ attempts: { sms: { claimedAt: "t", taskToken: "old" } } }),
      takes,
    );
    await run("new");
    expect(sender).not.toHaveBeenCalled();
    expect(succeedTask).not.toHaveBeenCalled();
    expect(attempt().taskToken).toBe("new");
  });

  it.each([
    {
      what: "reached meanwhile ends its task",
      changes: { finishedAt: "t", outcome: "reached" as const },
      succeeds: true,
    },
    { what: "not reached yet goes on waiting", changes: {}, succeeds: false },
  ])("a hop that adopts the attempt of a message that was $what", async ({ changes, succeeds }) => {
    const message = stored({ attempts: { sms: { claimedAt: "t", taskToken: "old" } } });
    const { run, messages, succeedTask } = setUp(message, takes);
    messages.adopt.mockImplementationOnce(async () => Object.assign(message, changes));
    await run("new");
    expect(succeedTask).toHaveBeenCalledTimes(succeeds ? 1 : 0);
  });

  it("a hop that adopts an attempt which failed meanwhile throws the provider's error", async () => {
    const message = stored({ attempts: { sms: { claimedAt: "t", taskToken: "old" } } });
    const { run, messages } = setUp(message, takes);
    const failed = { failedAt: "t", error: { name: "Undeliverable", code: "7", message: "gone" } };
    messages.adopt.mockImplementationOnce(async () => ({ ...message, attempts: { sms: failed } }));
    await expect(run("new")).rejects.toMatchObject({ name: "Undeliverable", message: "7: gone" });
  });

  it("a hop sends nothing and succeeds where the customer was reached before", async () => {
    const { run, sender, succeedTask } = setUp(stored({ finishedAt: "t", outcome: "reached" }), takes);
    await run();
    expect(sender).not.toHaveBeenCalled();
    expect(succeedTask).toHaveBeenCalledTimes(1);
  });

  it("a hop past expiresOn throws MessageExpired and sends nothing", async () => {
    const { run, sender } = setUp(stored({ expiresOn: start.toISOString() }), takes);
    await expect(run()).rejects.toMatchObject({ name: "MessageExpired" });
    expect(sender).not.toHaveBeenCalled();
  });

  it.each([new Throttled("slow down"), new ProviderUnavailable("down")])(
    "a hop that meets $name tries three times, gives the claim back and throws it",
    async (error) => {
      const { run, sender, attempt } = setUp(stored(), throws(error));
      await expect(run()).rejects.toBe(error);
      expect(sender).toHaveBeenCalledTimes(3);
      expect(attempt().claimedAt).toBeUndefined();
    },
  );

  it("an unknown outcome keeps the claim, and the task waits for its window", async () => {
    const { run, sender, succeedTask, attempt } = setUp(stored(), throws(new OutcomeUnknown("no answer")));
    await run();
    await run("again");
    expect(sender).toHaveBeenCalledTimes(1);
    expect(succeedTask).not.toHaveBeenCalled();
    expect(attempt()).toMatchObject({ claimedAt: start.toISOString(), unknownAt: start.toISOString() });
  });

  it("an error that is no ChannelError counts as an unknown outcome", async () => {
    const { run, attempt } = setUp(stored(), async () =>
      Promise.reject(new TypeError("undefined is not a function")),
    );
    await run();
    expect(attempt()).toMatchObject({ error: { name: "OutcomeUnknown" } });
  });

  it("calls to DynamoDB are tried again, and their failure makes no route leave its channel", async () => {
    const { run, sender, messages } = setUp(stored(), takes);
    messages.claim.mockRejectedValueOnce(new Error("throttled"));
    messages.recordAttempt.mockRejectedValueOnce(new Error("throttled"));
    await run();
    expect(sender).toHaveBeenCalledTimes(1);
    messages.claim.mockRejectedValue(new TypeError("no answer"));
    await expect(run()).rejects.toMatchObject({ name: "HopInterrupted", message: "TypeError" });
  });

  it("the provider's error is thrown even where it cannot be recorded, and allows no Retry while the claim may be held", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const { run, messages } = setUp(stored(), throws(new Throttled("slow down", { code: "4" })));
    messages.release.mockRejectedValue(new Error("no answer"));
    await expect(run()).rejects.toMatchObject({ name: "Undeliverable", message: "4: slow down" });
    const refused = setUp(stored(), throws(new NotRegistered("gone")));
    refused.messages.recordAttempt.mockRejectedValue(new Error("no answer"));
    await expect(refused.run()).rejects.toMatchObject({ name: "NotRegistered" });
  });

  it("a hop that begins after the route has left its channel sends nothing", async () => {
    const message = stored({ attempts: { sms: { endedAt: "t" } } });
    const { run, sender, messages, succeedTask } = setUp(message, takes);
    messages.claim.mockImplementationOnce(async () => ({ claimed: false as const, message }));
    await run();
    expect(sender).not.toHaveBeenCalled();
    expect(succeedTask).not.toHaveBeenCalled();
  });

  it("a refusal is recorded with its code, and without the customer's number", async () => {
    const refusal = new NotRegistered("+447123123123 is unknown (447123123123)", { code: "42" });
    const { run, attempt } = setUp(stored(), throws(refusal));
    await expect(run()).rejects.toMatchObject({
      name: "NotRegistered",
      message: "42: [address] is unknown ([address])",
    });
    expect(attempt()).toMatchObject({
      error: { name: "NotRegistered", code: "42", message: "[address] is unknown ([address])" },
    });
  });
});

describe("what the previous hop ended with", () => {
  const hop = { messageId: "m1", channel: "sms", previous: "whatsApp" };
  it("the previous hop's error is read from the state machine's Catch", () => {
    expect(previousHop({ ...hop, failed: { Error: "States.Timeout", Cause: "" } })).toEqual({
      channel: "whatsApp",
      error: { name: "States.Timeout", message: "no receipt within the window" },
    });
    const Cause = JSON.stringify({ errorType: "Throttled", errorMessage: "4: slow down" });
    expect(previousHop({ ...hop, failed: { Error: "Throttled", Cause } })?.error.message).toBe(
      "4: slow down",
    );
  });
  it("the first hop has no previous hop", () => {
    expect(previousHop({ messageId: "m1", channel: "sms" })).toBeUndefined();
  });
});
