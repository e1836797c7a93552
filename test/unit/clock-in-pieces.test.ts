/** Two whole systems with one story: the clock of one is moved at once, that of the other in pieces. Time stands still else. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ensureAssembly } from "../../infra/local/assembly.ts";
import { ensurePage } from "../../infra/local/console/build-page.ts";
import { type System, startSystem } from "../../infra/local/system.ts";

const channels = ["sms", "fbMessenger", "whatsApp", "appMessaging"] as const;
const second = 1000;
const longestMs = 4 * 3_600_000;

interface TracedEvent {
  status: string;
  at: string;
}
interface Trace {
  status: string;
  createdAt: string;
  finishedAt?: string;
  channels: { channel: string; outcome: string; error?: { name: string }; events?: TracedEvent[] }[];
}

let systems: System[] = [];
beforeAll(async () => {
  const [assembly, page] = await Promise.all([ensureAssembly(() => {}), ensurePage(() => {})]);
  const start = () =>
    startSystem({ assembly, page, ports: { api: 0, aws: 0, carrier: 0, console: 0 }, warn: () => {} });
  systems = [await start(), await start()];
  for (const { clock } of systems) clock.pauseClock();
  const begin = Math.max(...systems.map(({ clock }) => clock.now())) + second;
  for (const { clock } of systems) await clock.pass(begin - clock.now());
});
afterAll(async () => {
  for (const system of systems) await system.stop();
});

const phone = fc.record({
  delivers: fc.boolean(),
  reads: fc.boolean(),
  delayMs: fc.integer({ min: 0, max: 600 * second }),
  fault: fc.constantFrom(null, null, null, "fails-later", "rejected"),
  receipts: fc.record({
    duplicates: fc.integer({ min: 0, max: 1 }),
    order: fc.constantFrom("in-order", "reversed"),
    afterMs: fc.constantFrom(0, 30 * second, 900 * second),
  }),
});
const story = fc.record({
  rules: fc
    .shuffledSubarray([...channels], { minLength: 1 })
    .chain((route) =>
      fc.tuple(
        ...route.map((channel) =>
          fc.integer({ min: 1, max: 900 }).map((fallbackAfter) => ({ channel, fallbackAfter })),
        ),
      ),
    ),
  phones: fc.record({ sms: phone, fbMessenger: phone, whatsApp: phone, appMessaging: phone }),
  cuts: fc.array(fc.integer({ min: 1, max: longestMs - 1 }), { minLength: 1, maxLength: 6 }),
});

let customers = 0;

async function runStory(system: System, to: ReturnType<typeof newCustomer>, { rules, phones }: Story) {
  for (const channel of channels) {
    const address = encodeURIComponent(addressOf(to, channel));
    await ask(`${system.carrier}/carrier/${channel}/${address}`, "PUT", {}, phones[channel]);
  }
  const headers = { authorization: `Bearer ${system.apiKey}` };
  const { messageId } = await ask(`${system.api}/messages`, "POST", headers, { to, body: "Hello", rules });
  return async () =>
    facts((await ask(`${system.api}/messages/${messageId}`, "GET", headers)) as unknown as Trace);
}
type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

const newCustomer = () => {
  const number = String(++customers).padStart(6, "0");
  return {
    phoneNumber: `+44719${number}`,
    fbMessengerId: `psid-${number}`,
    appDevices: [{ platform: "fcm", token: `device-${number}` }],
  };
};
const addressOf = (to: ReturnType<typeof newCustomer>, channel: (typeof channels)[number]) =>
  channel === "fbMessenger"
    ? to.fbMessengerId
    : channel === "appMessaging"
      ? (to.appDevices[0]?.token ?? "")
      : to.phoneNumber;

async function ask(
  url: string,
  method: string,
  headers: Record<string, string>,
  body?: object,
): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
  return JSON.parse(text);
}

/** What no id is in. */
const facts = ({ status, createdAt, finishedAt, channels: tried }: Trace) => ({
  status,
  createdAt,
  finishedAt,
  channels: tried.map(({ channel, outcome, error, events = [] }) => ({
    channel,
    outcome,
    error: error?.name,
    events: events.map(({ status: what, at }) => `${at} ${what}`),
  })),
});

it("one move of the clock and many that add up to it have the same traces, whose times never run backwards", async () => {
  await fc.assert(
    fc.asyncProperty(story, async (given) => {
      const [once, inPieces] = systems as [System, System];
      expect(once.clock.now()).toBe(inPieces.clock.now());
      const to = newCustomer();
      const [traceOnce, traceInPieces] = [
        await runStory(once, to, given),
        await runStory(inPieces, to, given),
      ];
      await once.clock.pass(longestMs);
      const ends = [...given.cuts.toSorted((a, b) => a - b), longestMs];
      for (const [index, end] of ends.entries()) await inPieces.clock.pass(end - (ends[index - 1] ?? 0));
      const trace = await traceOnce();
      expect(await traceInPieces()).toEqual(trace);
      for (const { events } of trace.channels) {
        const times = events.map((event) => event.split(" ")[0]);
        expect(times).toEqual(times.toSorted());
      }
    }),
    { numRuns: 8, endOnFailure: true },
  );
});
