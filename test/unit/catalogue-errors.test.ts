/** The product's classification of every answer of the catalogue: whom an error speaks of, and whether the message may be out. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { OutcomeUnknown } from "../../functions/channels/errors.ts";
import type { Subject } from "../../functions/domain/message/message.ts";
import { type CatalogueEntry, catalogue } from "../../infra/local/carrier/answers/index.ts";
import { answersThrough, environmentFor, identityFor } from "./fixtures/answers-through.ts";
import { useCarrierWorld } from "./fixtures/carrier-world.ts";

const world = useCarrierWorld();
const { refusalOf, receiptsOfLaterAnswer, failureOfLaterAnswer } = answersThrough(world);

/** Which are no failure of the message, or not of one kind, and why they are left out here. */
const leftOut: Readonly<Record<string, string>> = {
  "whatsApp-200-held-for-quality-assessment": "it is taken, with a status of 200",
  "whatsApp-200-paused": "it has the status 200",
  "appMessaging-InvalidParameter-same-token": "the token has another endpoint, which takes the message",
};

beforeEach(() => {
  for (const [name, value] of Object.entries(environmentFor(world))) vi.stubEnv(name, value);
  return () => vi.unstubAllEnvs();
});

/** A conversation is the customer's. */
const subjectOf = ({ about }: CatalogueEntry): Subject => (about === "thread" ? "customer" : about);
const named = (entries: readonly CatalogueEntry[]) =>
  entries
    .filter(({ name }) => leftOut[name] === undefined)
    .map((entry) => ({ name: entry.name, subject: subjectOf(entry), entry }));

it("leaves out nothing that the catalogue does not have", () => {
  expect(catalogue.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(leftOut)));
});

describe("An error that is answered to the call", () => {
  it.each(named(catalogue.filter(({ sync }) => sync !== undefined)))(
    "$name speaks of the $subject",
    async ({ subject, entry }) => {
      const { sync } = entry;
      const error = await refusalOf(entry);
      expect(error).toMatchObject({ speaksOf: subject });
      // Sent again, it would arrive twice; and what clearly did not go out need not wait for its window.
      expect(error instanceof OutcomeUnknown).toBe(sync?.takesMessage === true);
      expect(error.identity).toBe(identityFor(entry));
    },
  );
});

describe("A failure that is reported later", () => {
  const failing = catalogue.filter(
    ({ name, later }) => later?.outcome === "failed" && name !== "fbMessenger-silence",
  );
  it.each(named(failing))("$name speaks of the $subject", async ({ subject, entry }) => {
    const failure = await failureOfLaterAnswer(entry);
    expect(failure).toMatchObject({ speaksOf: subject });
    // By it the circuit is found that the next send looks at.
    expect(failure.identity).toBe(identityFor(entry));
  });
});

describe("A delivery that is reported later", () => {
  const delivered = catalogue.filter(({ later }) => later?.outcome === "delivered");
  it.each(named(delivered.filter(({ channel }) => channel !== "fbMessenger")))(
    "$name is read",
    async ({ entry }) => {
      expect(await receiptsOfLaterAnswer(entry)).toMatchObject([{ status: "delivered" }]);
    },
  );
});
