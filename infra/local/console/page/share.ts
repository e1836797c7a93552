/**
 * A message as one HTML file to pass on: what became of it on each channel, when, why and for how much. It has no script, loads
 * nothing, and contains nothing personal unless that is given. Pure; downloaded from the page, and written by `npm run trace`.
 */
import { Html, html } from "../../../html.ts";
import type { MessageRecord, Trace } from "../contract.ts";
import { explain } from "./explain.ts";
import { dateAndTime, duration, money } from "./format.ts";
import { headline } from "./headline.ts";
import { type Bar, waterfall } from "./waterfall.ts";
import { statusName, testWords, toneOfMessage } from "./words.ts";

export interface ShareOptions {
  nameOf: (channel: string) => string;
  /** In seconds, by channel, as far as they are known. */
  windows: ReadonlyMap<string, number>;
  now: number;
  /** To whom it went and what it said; undefined: that is masked, along with whatever a provider wrote or the sender added. */
  personal?: Pick<MessageRecord, "who" | "title" | "channels"> | undefined;
}

const masked = "•••";

/** The trace without whatever may name the customer: texts by others, and ids that contain a number. */
export const withoutPersonalData = ({ metadata: _, ...trace }: Trace): Trace => ({
  ...trace,
  ...(trace.reference === undefined ? {} : { reference: masked }),
  channels: trace.channels.map(({ providerMessageId: __, error, ...entry }) => ({
    ...entry,
    ...(error === undefined ? {} : { error: { ...error, message: undefined } }),
  })),
});

export function shareable(given: Trace, { nameOf, windows, now, personal }: ShareOptions): string {
  const trace = personal === undefined ? withoutPersonalData(given) : given;
  const { messageId, status, createdAt, finishedAt, cost, saved, reference, test } = trace;
  const time = finishedAt === undefined ? now : Date.parse(finishedAt);
  const { bars, wholeMs } = waterfall(trace, windows, time);
  const texts = new Set(personal?.channels.flatMap(({ text }) => text ?? []));
  const facts = [
    ["To", personal?.who ?? masked],
    ["Came in", dateAndTime(Date.parse(createdAt))],
    [finishedAt === undefined ? "Under way for" : "Took", duration(time - Date.parse(createdAt))],
    ["Cost", money(cost?.usd ?? "0")],
    ...(saved === undefined ? [] : [["Saved", `${money(saved.usd)} against ${nameOf(saved.against)}`]]),
    ...(reference === undefined ? [] : [["Reference", reference]]),
    ...(test ? [["Test", testWords]] : []),
    ["Message", messageId],
  ];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Message ${statusName(status)}</title>
<style>${new Html(style)}</style>
</head>
<body>
<main>
<h1>Message <span class="${toneOfMessage(trace)}">${statusName(status)}</span></h1>
<p class="headline">${headline(trace, nameOf)}.</p>
<dl>${facts.map(([name = "", value = ""]) => html`<div><dt>${name}</dt><dd dir="auto">${value}</dd></div>`)}</dl>
${[...texts].map((text) => html`<blockquote dir="auto">${text}</blockquote>`)}
<h2>Channel after channel</h2>
<p class="quiet">${duration(wholeMs)} from left to right; the lighter bar is the window in which a receipt was waited for.</p>
<table>
<tr><th>Channel</th><th>Time</th><th>Cost</th></tr>
${bars.map((bar) => rowOf(bar, nameOf))}
</table>
<h2>Why</h2>
<ol>
${explain(trace, nameOf).map(
  ({ name, verdict, tone, why, said }) =>
    html`<li><strong>${name}</strong> <span class="${tone}">${verdict}</span><br>${why}${said === undefined ? "" : html`<br><small>${said}</small>`}</li>`,
)}
</ol>
<details><summary>The trace, as the API gives it</summary><pre>${JSON.stringify(trace, undefined, 2)}</pre></details>
</main>
</body>
</html>
`.text;
}

function rowOf(
  { channel, tone, from, to, window, ticks, said, cost }: Bar,
  nameOf: (id: string) => string,
): Html {
  const rect = (kind: string, span: { from: number; to: number }, y: number, height: number) =>
    html`<rect class="${kind}" x="${at(span.from)}" y="${y}" width="${Math.max(at(span.to) - at(span.from), 4)}" height="${height}"/>`;
  return html`<tr class="${tone}"><th>${nameOf(channel)}</th><td><svg viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true">${
    window === undefined ? "" : rect("window", window, 2, 16)
  }${rect("time", { from, to }, 5, 10)}${ticks.map(
    (tick) => html`<path d="M${at(tick)} 1V19"/>`,
  )}</svg><small>${said}</small></td><td>${cost === undefined ? "" : money(cost)}</td></tr>`;
}

const at = (share: number) => Math.round(Math.min(share, 0.998) * 1000);

const style = `
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif;color:light-dark(#16202c,#e6ebf1);background:light-dark(#fff,#171e27)}
main{max-width:52rem;margin:auto;padding:1rem}
h1{font-size:1.3rem}h2{font-size:1.05rem;margin:1.5rem 0 .3rem}
.good{--tone:light-dark(#136f2d,#5fd07f)}.bad{--tone:light-dark(#b3161b,#ff8a86)}.warning{--tone:light-dark(#8a4b00,#ffb454)}
.busy{--tone:light-dark(#0b5fc2,#6cb2ff)}.quiet{--tone:light-dark(#55616f,#a3b0bf)}
span.good,span.bad,span.warning,span.busy,span.quiet,p.quiet{color:var(--tone)}
.headline{font-weight:600;font-size:1.1rem}
dl{display:flex;flex-wrap:wrap;gap:.2rem 1.5rem;margin:0}dl div{display:flex;gap:.4rem}dt,small{color:light-dark(#55616f,#a3b0bf)}dd{margin:0;overflow-wrap:anywhere}
blockquote{margin:1rem 0;padding:.5rem .9rem;border:1px solid;border-radius:.2rem .9rem .9rem;white-space:pre-wrap;overflow-wrap:anywhere}
table{width:100%;border-collapse:collapse}th,td{text-align:start;vertical-align:top;padding:.3rem .6rem .3rem 0;overflow-wrap:anywhere}
td:nth-child(2){width:70%}svg{display:block;width:100%;height:1.3rem}
rect{fill:var(--tone)}.window{opacity:.25}path{stroke:currentColor;stroke-width:2;vector-effect:non-scaling-stroke}
ol{padding-inline-start:1.3rem}li{margin-bottom:.5rem}pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.8rem}
`;
