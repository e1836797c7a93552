/**
 * The caps of a client: planning looks at them, and a message is counted before it is stored, so that they hold in every order of
 * events. A message that a cap concerns costs one read and one write, and more only if others to the same customer come at the
 * same moment; any other message costs none.
 */
import type { Category } from "../domain/channel.ts";
import {
  type Cap,
  type CapState,
  cappedCustomer,
  capsOn,
  endOf,
  stateOf,
  withMessage,
} from "../domain/customer/cap.ts";
import type { Profile } from "../domain/customer/profile.ts";
import { Problem } from "../http/problem.ts";
import type { Capped, CapsTable } from "../storage/caps-table.ts";

export interface CapCheck {
  category: Category;
  caps: readonly Cap[];
  customer: string;
  /** The count that was read when the message was planned. */
  known: Capped;
  states: CapState[];
}

interface OfMessage {
  client: string;
  profileId?: string | undefined;
  category: Category;
  addresses: Profile;
}

/** Undefined where no cap concerns the message. */
export async function checkCaps(
  of: OfMessage,
  capsOfClient: readonly Cap[] | undefined,
  table: Pick<CapsTable, "read">,
  begins: Date,
): Promise<CapCheck | undefined> {
  const { client, profileId, category, addresses } = of;
  const caps = capsOn(category, capsOfClient);
  if (caps.length === 0) return undefined;
  const customer = cappedCustomer(client, profileId, addresses);
  const known = await table.read(customer, { anyTimeNow: true });
  return { category, caps, customer, known, states: caps.map((cap) => stateOf(cap, known.messages, begins)) };
}

/** The refusal of a message for which a cap has no room; undefined where there is room. */
function refusalBy(states: readonly CapState[]): Problem | undefined {
  const reached = states.filter(({ left }) => left === 0);
  if (reached.length === 0) return undefined;
  return new Problem(
    422,
    "the customer has had as many messages as your caps allow",
    reached.map(({ categories, most, days, endsAt }) => ({
      path: "",
      code: "capped" as const,
      message: `at most ${most} of ${categories.join(", ")} in ${days} days go to a customer, and this one has had them: the next may be sent after ${endsAt}`,
    })),
  );
}

/** Counts the message, once, at the time when it is to go out; returns why there is no room for it, if there is none. */
export async function countMessage(
  { category, caps, customer, known: planned }: CapCheck,
  messageId: string,
  table: CapsTable,
  { now, begins }: { now: Date; begins: Date },
): Promise<Problem | undefined> {
  const message = { messageId, category, at: begins.toISOString() };
  // Each refused write means that another message was counted, so the loop ends.
  for (let known = planned; ; known = await table.read(customer)) {
    // An earlier try of the same request died before it stored the message.
    if (known.messages.some((one) => one.messageId === messageId)) return undefined;
    const refused = refusalBy(caps.map((cap) => stateOf(cap, known.messages, begins)));
    if (refused !== undefined && known !== planned) return refused;
    if (refused !== undefined) continue;
    const counted = withMessage(known.messages, message, caps, now);
    const last =
      counted
        .map(({ at }) => at)
        .sort()
        .at(-1) ?? message.at;
    if (await table.write(customer, known, counted, endOf(caps, last))) return undefined;
  }
}
