/** What one message's failure closes for others, over a table in memory that the instances of a function share. */
import { beforeEach, describe, expect, it } from "vitest";
import {
  ChannelMisconfigured,
  NotRegistered,
  OutcomeUnknown,
  ProviderUnavailable,
  Rejected,
  TemplateUnavailable,
  Throttled,
} from "../../functions/channels/errors.ts";
import { createCircuits } from "../../functions/hop/circuits.ts";
import type { CircuitsTable, OpenCircuit } from "../../functions/storage/circuits-table.ts";

let nowMs: number;
let stored: Map<string, OpenCircuit>;
const table: CircuitsTable = {
  get: async (key) => stored.get(key),
  open: async (key, circuit) => void stored.set(key, circuit),
  close: async (key) => void stored.delete(key),
  takeProbe: async () => true,
};
const since = "2030-01-01T00:00:00.000Z";
beforeEach(() => {
  nowMs = Date.parse(since);
  stored = new Map();
});

const instance = () =>
  createCircuits({ channel: "whatsApp", table, now: () => new Date(nowMs), onChange: async () => {} });
type Circuits = ReturnType<typeof instance>;
interface Message {
  client: string;
  identities?: string[];
  template?: string;
}
const uses = ({ client, identities = ["123"], template }: Message) => ({ client, identities, template });
async function fail(circuits: Circuits, message: Message, error: Error, times = 5): Promise<void> {
  for (let failure = 0; failure < times; failure++) {
    const { report } = await circuits.admit(uses(message));
    await report(new Map((message.identities ?? ["123"]).map((identity) => [identity, error])));
  }
}
const closedFor = async (message: Message, circuits = instance()) => {
  const { identities, template } = await circuits.admit(uses(message));
  return [...identities.keys(), ...(template === undefined ? [] : [`template ${message.template}`])];
};

describe("the circuits of a channel", () => {
  it.each([new ProviderUnavailable("down"), new ChannelMisconfigured("token"), new OutcomeUnknown("hangs")])(
    "close for one client after five times $name in that client's messages, and for no other client",
    async (error) => {
      await fail(instance(), { client: "shop" }, error);
      expect(await closedFor({ client: "shop" })).toEqual(["123"]);
      expect(await closedFor({ client: "bank" })).toEqual([]);
    },
  );

  it("close for everyone where messages of several clients fail", async () => {
    const circuits = instance();
    await fail(circuits, { client: "shop" }, new ProviderUnavailable("down"), 4);
    await fail(circuits, { client: "bank" }, new ProviderUnavailable("down"), 1);
    expect(await closedFor({ client: "bakery" })).toEqual(["123"]);
  });

  it.each([
    new NotRegistered("customer"),
    new Rejected("text"),
    new TemplateUnavailable("paused"),
    new Throttled("slow down"),
    new ProviderUnavailable("too many to this customer", { speaksOf: "customer" }),
  ])("stay as they are however often $name ($message) comes, for every client", async (error) => {
    const circuits = instance();
    await fail(circuits, { client: "shop" }, error, 20);
    await fail(circuits, { client: "bank" }, error, 20);
    for (const client of ["shop", "bank", "bakery"]) expect(await closedFor({ client })).toEqual([]);
  });

  it("close one identity, and leave the others open", async () => {
    const circuits = instance();
    const off = new ChannelMisconfigured("off", { speaksOf: "identity", identity: "fcm" });
    for (const client of ["shop", "bank", "shop", "bank", "shop"]) {
      const { report } = await circuits.admit({ client, identities: ["fcm", "apns"] });
      await report(
        new Map<string, unknown>([
          ["fcm", off],
          ["apns", undefined],
        ]),
      );
    }
    expect(await closedFor({ client: "bakery", identities: ["fcm", "apns"] })).toEqual(["fcm"]);
  });

  it("close a template that was paused at once, for half an hour, and leave text and other templates open", async () => {
    await fail(instance(), { client: "shop", template: "news en" }, new TemplateUnavailable("paused"), 1);
    expect(await closedFor({ client: "bank", template: "news en" })).toEqual(["template news en"]);
    expect(await closedFor({ client: "bank", template: "news de" })).toEqual([]);
    expect(await closedFor({ client: "bank" })).toEqual([]);
    nowMs += 1_800_000;
    expect(await closedFor({ client: "bank", template: "news en" })).toEqual([]);
  });

  it("stay open where receipts of the same client come between its late failures", async () => {
    const circuits = instance();
    for (let failure = 0; failure < 20; failure++) {
      await circuits.failedLater("shop", "123");
      if (failure % 4 === 3) await circuits.succeededLater("shop");
    }
    expect(await closedFor({ client: "shop" })).toEqual([]);
    for (let failure = 0; failure < 5; failure++) {
      await circuits.failedLater("shop", "123");
      await circuits.succeededLater("bank");
    }
    expect(await closedFor({ client: "shop" })).toEqual(["123"]);
    expect(await closedFor({ client: "bank" })).toEqual([]);
  });

  it("close also for what receipts report later, and again after they were open", async () => {
    const circuits = instance();
    const failures = async (times: number) => {
      for (let failure = 0; failure < times; failure++)
        await circuits.failedLater(failure % 2 === 0 ? "shop" : "bank", "123");
    };
    await failures(5);
    expect(await closedFor({ client: "bakery" })).toEqual(["123"]);
    stored.clear();
    nowMs += 60_000;
    await failures(1);
    expect(await closedFor({ client: "bakery" })).toEqual([]);
    await failures(4);
    expect(await closedFor({ client: "bakery" })).toEqual(["123"]);
  });
});
