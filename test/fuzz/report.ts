/** The report of a fuzz: answers by kind and status, and each fault with a request that shows it. */
import { textTable } from "../../infra/commands/text-table.ts";
import type { Finding, Outcome } from "./run.ts";

const longestExcerpt = 600;
const excerpt = (text: string) =>
  text.length > longestExcerpt ? `${text.slice(0, longestExcerpt)}… (${text.length})` : text;

/** The first of each fault on each route; the others are counted. */
export function describeFindings(findings: readonly Finding[]): string {
  const byFault = Map.groupBy(
    findings,
    ({ request, faults }) => `${request.what} | ${request.method} | ${faults[0]}`,
  );
  return [...byFault.values()]
    .flatMap(([first, ...others]) => {
      if (first === undefined) return [];
      const { request, body, status, answer, faults } = first;
      return [
        `${request.kind}, ${request.what}${others.length > 0 ? ` (and ${others.length} more)` : ""}`,
        ...faults.slice(0, 3).map((fault) => `  ${fault}`),
        `  ${request.method} ${excerpt(request.path)}`,
        ...(body === undefined ? [] : [`  ${excerpt(body)}`]),
        `  → ${status} ${excerpt(answer)}`,
      ].join("\n");
    })
    .join("\n\n");
}

/** Each once: what the functions logged as errors. */
export function describeErrors(errors: readonly string[]): string {
  const counts = Map.groupBy(errors, (error) => error);
  return [...counts].map(([error, all]) => `${all.length} × ${excerpt(error)}`).join("\n");
}

export function summary({ counts, findings }: Outcome, seed: number): string {
  const kinds = Object.entries(counts);
  const statuses = [...new Set(kinds.flatMap(([, answers]) => Object.keys(answers)))].sort();
  const sum = (answers: Record<number, number>) => Object.values(answers).reduce((all, one) => all + one, 0);
  const count = (value: number) => value.toLocaleString("en");
  return [
    `seed ${seed}`,
    textTable(
      ["requests", "all", ...statuses],
      kinds.map(([kind, answers]) => [
        kind,
        count(sum(answers)),
        ...statuses.map((status) => count(answers[Number(status)] ?? 0)),
      ]),
    ),
    `faults: ${count(findings.length)}`,
  ].join("\n");
}
