/** The report as one HTML page: charts, each with its numbers as a table. It loads nothing from other hosts. Pure. */

import { type Counts, sumOfValues } from "../../../functions/domain/reporting/delivery-report.ts";
import { Html, html } from "../../html.ts";
import { money } from "../../local/console/page/format.ts";
import { drawChart } from "./chart.ts";
import { type Section, sectionsOf } from "./sections.ts";
import { style } from "./style.ts";
import { figures, ordersSection } from "./summary.ts";

export interface Origin {
  from: string;
  to: string;
  /** The table's name, and its region or endpoint. */
  readFrom: string;
  /** ISO 8601. */
  at: string;
}

export function reportPage(counts: Counts, { from, to, readFrom, at }: Origin): string {
  const period = from === to ? from : `${from} to ${to}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Fallback routing: ${period}</title>
<style>${new Html(style)}</style>
</head>
<body>
<header>
<h1>Fallback routing: ${period}</h1>
<p>${count(counts.messages)} ${counts.messages === 1 ? "message" : "messages"} accepted in this time (UTC), and their state at ${at}. Each counts at the time when it was accepted, not when it finished. The tables omit rows that are zero throughout.</p>
<p>Read from ${readFrom}.</p>
</header>
<main>
${figures(counts.summary)}
${ordersSection(counts.summary)}
${sectionsOf(counts).map(section)}
</main>
</body>
</html>
`.text;
}

function section(one: Section, place: number): Html {
  const id = `section-${place + 1}`;
  const isEmpty = one.series.length === 0 || one.labels.length === 0;
  return html`<section>
<h2 id="${id}">${one.title}</h2>
<p>${one.says}</p>
${
  isEmpty
    ? html`<p class="none">None in this time.</p>`
    : html`<div class="pair">
<div class="chart"><div class="wide">${new Html(drawChart(one, "wide"))}</div><div class="narrow">${new Html(drawChart(one, "narrow"))}</div></div>
${table(one, id)}
</div>`
}
</section>
`;
}

function table({ across, labels, series, unit, hasSums }: Section, id: string): Html {
  const head = series.map(
    ({ name, color }) =>
      html`<th scope="col"><span class="key" style="background:${color}"></span>${name}</th>`,
  );
  // Days without any value have no row.
  const rows = labels.flatMap((label, place) =>
    series.some(({ values }) => values[place])
      ? html`<tr><th scope="row">${label}</th>${series.map(({ values }) => cell(values[place], unit))}</tr>\n`
      : [],
  );
  const sums = html`<tfoot><tr><th scope="row">All</th>${series.map(({ values }) =>
    cell(sumOfValues(values.map((value) => value ?? 0)), unit),
  )}</tr></tfoot>`;
  return html`<div class="numbers" role="region" aria-labelledby="${id}" tabindex="0"><table>
<thead><tr><th scope="col">${across}</th>${head}</tr></thead>
<tbody>
${rows}</tbody>${hasSums ? sums : ""}
</table></div>`;
}

const cell = (value: number | undefined, unit: Section["unit"]): Html =>
  html`<td>${value === undefined ? "–" : inUnit(value, unit)}</td>`;

function inUnit(value: number, unit: Section["unit"]): string {
  if (unit === "$") return money(String(value));
  return unit === "" ? count(value) : `${count(value)} ${unit}`;
}

const count = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: 3 });
