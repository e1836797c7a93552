/** A message of a test key: the table of test addresses answers in place of the provider, and no circuit is read or changed. */
import {
  type ErrorClass,
  NotRegistered,
  OutcomeUnknown,
  ProviderUnavailable,
  Rejected,
  WindowClosed,
} from "../channels/errors.ts";
import type { Channel, Send } from "../domain/channel.ts";
import type { Message } from "../domain/message/message.ts";
import { type TestOutcome, testOutcomes } from "../domain/test-addresses.ts";
import type { HopDependencies } from "./dependencies.ts";

const errors: Readonly<Record<NonNullable<TestOutcome["answer"]>, ErrorClass>> = {
  NotRegistered,
  OutcomeUnknown,
  ProviderUnavailable,
  WindowClosed,
};

export const withoutProvider = ({ test }: Message, dependencies: HopDependencies): HopDependencies => {
  if (test === undefined) return dependencies;
  const { channel } = dependencies;
  return {
    ...dependencies,
    circuits: { admit: async () => ({ identities: new Map(), report: async () => {} }) },
    // There is no provider to be spared.
    pause: async () => {},
    send: answerOf(testOutcomes[test[channel.id] ?? ""], channel),
  };
};

const answerOf =
  (outcome: TestOutcome | undefined, { id, freeTextSeconds }: Channel): Send =>
  async ({ messageId, options }) => {
    if (outcome === undefined) throw new Rejected("the table of test addresses does not have it any more");
    const { answer, what } = outcome;
    const needsWindow = freeTextSeconds !== undefined && options.template === undefined;
    if (answer !== undefined && (answer !== "WindowClosed" || needsWindow))
      throw new errors[answer](`as the test address says: ${what}`);
    return { providerMessageIds: [`test-${id}-${messageId}`] };
  };
