/** One table of everything: each part of the bench gives sections, whose rows are printed with their columns aligned. */
import { percentile as percentileOfOrdered } from "../../functions/domain/reporting/delivery-report.ts";

export interface Section {
  /** Stands above the first column. */
  title: string;
  columns: string[];
  rows: string[][];
  notes: string[];
  /** The figures behind the rows, for the JSON. */
  figures: unknown;
}

/** The first column to the left, numbers to the right. */
export function printSections(sections: readonly Section[]): string {
  return sections
    .map(({ title, columns, rows, notes }) => {
      const lines = [[title, ...columns], ...rows];
      const widths =
        lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
      const text = lines.map((line) =>
        line
          .map((cell, column) =>
            column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
          )
          .join("  ")
          .trimEnd(),
      );
      const rule = "─".repeat(Math.max(...text.map((line) => line.length)));
      return [rule, text[0], rule, ...text.slice(1), ...notes.map((note) => `  ${note}`)].join("\n");
    })
    .join("\n\n");
}

export const dollars = (value: number) => `$${value.toFixed(2)}`;
export const ratio = (value: number) => `${value.toFixed(2)}×`;
export const milliseconds = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

export const percentile = (values: readonly number[], share: number): number =>
  percentileOfOrdered(
    values.toSorted((a, b) => a - b),
    share,
  ) ?? Number.NaN;
export const median = (values: readonly number[]) => percentile(values, 0.5);
