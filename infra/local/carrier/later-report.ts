/** How a provider's usual report becomes one of the catalogue's. */

import { fill, type Values } from "./answers/fill.ts";
import type { AcceptedSend, ReceiptStatus } from "./sends.ts";

/** `report` with the fields of the send's later answer, where that speaks of this status. */
export function withAnswer(
  report: object,
  status: ReceiptStatus,
  { later }: Pick<AcceptedSend, "later">,
  values: Values,
): object {
  if (later === undefined || later.outcome !== status) return report;
  const { fields, without = [] } = later;
  const told = Object.entries({ ...report, ...fill(fields, values) });
  return Object.fromEntries(told.filter(([name]) => !without.includes(name)));
}
