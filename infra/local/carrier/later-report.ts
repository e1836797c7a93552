/** Turns a provider's usual report into one of the catalogue. */

import { fill, type Values } from "./answers/fill.ts";
import type { AcceptedSend, ReceiptStatus } from "./sends.ts";

/** `report` with the fields of the send's later answer, if that is about this status. */
export function withAnswer(
  report: object,
  status: ReceiptStatus,
  { later }: Pick<AcceptedSend, "later">,
  values: Values,
): object {
  if (later === undefined || later.outcome !== status) return report;
  const { fields, without = [] } = later;
  const filled = Object.entries({ ...report, ...fill(fields, values) });
  return Object.fromEntries(filled.filter(([name]) => !without.includes(name)));
}
