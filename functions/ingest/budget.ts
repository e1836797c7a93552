/**
 * A client's budget a day. The most that a message can cost is reserved before the message is stored, so that the budget is
 * kept by every order of events; what it does not cost is given back when that is known. Only clients that have a budget pay
 * for it: one write a message. A budget that changes is known within a minute. Where the function dies in between, or an answer
 * is lost, a message may be reserved twice: the budget ends a little early, never late.
 */

import { Problem } from "../http/problem.ts";
import { logFault } from "../shared/log.ts";
import type { BudgetsTable } from "../storage/budgets-table.ts";
import { endOfDay } from "../storage/budgets-table.ts";

const knownForMs = 60_000;

export interface BudgetDependencies {
  budgetOf: (owner: string) => Promise<string | undefined>;
  budgets: Pick<BudgetsTable, "reserve" | "spent" | "settle">;
}

export function createBudget({ budgetOf, budgets }: BudgetDependencies) {
  const known = new Map<string, { budget: string | undefined; until: number }>();

  async function current(owner: string, now: Date): Promise<string | undefined> {
    const found = known.get(owner);
    if (found !== undefined && found.until > now.getTime()) return found.budget;
    const budget = await budgetOf(owner);
    known.set(owner, { budget, until: now.getTime() + knownForMs });
    return budget;
  }

  return {
    /** Answers what was reserved: nothing where the client has no budget, or nothing is billed. Throws where there is no room. */
    async reserve(owner: string, usd: string, now: Date): Promise<string | undefined> {
      if (Number(usd) === 0) return undefined;
      const budget = await current(owner, now);
      if (budget === undefined) return undefined;
      if (await budgets.reserve(owner, usd, budget, now)) return usd;
      throw overBudget(budget, await budgets.spent(owner, now), usd, now);
    },
    /** The message was there already. What cannot be given back stays reserved: the message, sent again, would reserve once more. */
    async giveBack(owner: string, usd: string, now: Date, messageId: string): Promise<void> {
      await budgets
        .settle(owner, now, `-${usd}`, `${messageId} ${now.getTime()}`)
        .catch((fault: unknown) => logFault("a reservation could not be given back", fault));
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
        message: `${spent} USD are spent or reserved, and it may cost ${usd} USD: the day ends at ${end.toISOString()}`,
      },
    ],
    { "retry-after": String(Math.ceil((end.getTime() - now.getTime()) / 1000)) },
  );
}
