/** The report's beginning: its few figures, and what each order of channels did. */
import {
  costEach,
  type Figures,
  type Summary,
  shareReached,
} from "../../../functions/domain/reporting/summary.ts";
import { type Html, html } from "../../html.ts";
import { duration, money } from "../../local/console/page/format.ts";
import { channelName } from "./names.ts";

const percent = (part: number, whole: number): string =>
  whole === 0 ? "–" : `${((part / whole) * 100).toLocaleString("en", { maximumFractionDigits: 1 })} %`;
const seconds = (value: number | undefined): string => (value === undefined ? "–" : duration(value * 1000));

export function figures(of: Figures): Html {
  const { messages, ended, reached, delivered, fellBack, medianSeconds, usd, saved } = of;
  const shown: [name: string, value: string, says: string][] = [
    [
      "Delivered",
      percent(delivered, ended),
      `${delivered} of ${ended} that ended; ${reached} were reached as their rules ask`,
    ],
    ["Fell back", percent(fellBack, ended), "needed more than one channel"],
    ["Time to reach", seconds(medianSeconds), "half of those reached had it by then"],
    ["Cost", money(usd), `${money(String(costEach(of)))} a message`],
    ["Saved", money(saved), "against the dearest channel of each"],
  ];
  if (messages === 0) return html``;
  return html`<dl class="figures">
${shown.map(([name, value, says]) => html`<div><dt>${name}</dt><dd><strong>${value}</strong> <small>${says}</small></dd></div>\n`)}</dl>
`;
}

export function ordersSection({ orders }: Summary): Html {
  const rows = orders.map((order) => {
    const share = percent(order.reached, order.ended);
    return html`<tr><th scope="row">${order.channels.map(channelName).join(" → ")}</th><td>${order.messages.toLocaleString("en")}</td>
<td class="share"><span class="bar" style="width:${Math.round(shareReached(order) * 100)}%"></span>${share}</td>
<td>${percent(order.fellBack, order.ended)}</td><td>${seconds(order.medianSeconds)}</td><td>${money(String(costEach(order)))}</td><td>${money(order.saved)}</td></tr>
`;
  });
  return html`<section>
<h2 id="orders">Orders of channels</h2>
<p>Which order reaches most for least: the channels that could be tried, best first; the order that reached most stands on top.</p>
${
  rows.length === 0
    ? html`<p class="none">None in this time.</p>`
    : html`<div class="numbers" role="region" aria-labelledby="orders" tabindex="0"><table>
<thead><tr><th scope="col">Order</th><th scope="col">Messages</th><th scope="col">Reached</th><th scope="col">Fell back</th><th scope="col">Time to reach</th><th scope="col">Cost each</th><th scope="col">Saved</th></tr></thead>
<tbody>
${rows}</tbody></table></div>`
}
</section>
`;
}
