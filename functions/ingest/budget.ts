/**
 * A client's daily budget. The most that a message can cost is reserved before the message is stored, so that the budget holds in
 * every order of events; what the message turns out not to cost is released later. Only for clients with a budget does this cost
 * anything: one write per message. A changed budget takes effect within a minute. If the function dies between the reservation
 * and the message, or an answer is lost, a message may be reserved twice: the budget is then used up a little early, never late.
 */
import { Problem } from "../http/problem.ts";
import { keptFor } from "../shared/kept-for.ts";
import { logFault } from "../shared/log.ts";
import { type BudgetsTable, endOfDay } from "../storage/budgets-table.ts";

const cacheMs = 60_000;

export interface BudgetDependencies {
  budgetOf: (clientId: string) => Promise<string | undefined>;
  budgets: Pick<BudgetsTable, "reserve" | "spent" | "correct">;
}

/** `reserved`: US dollars; undefined where the client has no budget, or nothing is billed. */
export type Reservation = { reserved: string | undefined } | { refused: Problem };

export function createBudget({ budgetOf, budgets }: BudgetDependencies) {
  const current = keptFor(cacheMs, budgetOf);

  return {
    /** Reads the client's budget, where it is not known, so that `reserve` need not wait for it. */
    async look(clientId: string, now: Date): Promise<void> {
      await current(clientId, now);
    },
    async reserve(clientId: string, usd: string, now: Date): Promise<Reservation> {
      if (Number(usd) === 0) return { reserved: undefined };
      const budget = await current(clientId, now);
      if (budget === undefined) return { reserved: undefined };
      if (await budgets.reserve(clientId, usd, budget, now)) return { reserved: usd };
      return { refused: overBudget(budget, await budgets.spent(clientId, now), usd, now) };
    },
    /**
     * Releases a reservation, because the message was stored before. If that fails, the amount stays reserved: a repeated request
     * would reserve it again.
     */
    async release(clientId: string, usd: string, now: Date, messageId: string): Promise<void> {
      await budgets
        .correct(clientId, now, `-${usd}`, `${messageId} ${now.getTime()}`)
        .catch((fault: unknown) => logFault("a reservation could not be released", fault));
    },
  };
}
export type Budget = ReturnType<typeof createBudget>;

function overBudget(budget: string, spent: string, usd: string, now: Date): Problem {
  const end = endOfDay(now);
  return new Problem(
    429,
    `the budget of ${budget} USD a day has no room for this message`,
    [
      {
        path: "",
        code: "over_budget",
        message: `${spent} USD are spent or reserved of today's ${budget} USD, and the message may cost ${usd} USD: send it again after ${end.toISOString()}`,
      },
    ],
    { "retry-after": String(Math.ceil((end.getTime() - now.getTime()) / 1000)) },
  );
}
