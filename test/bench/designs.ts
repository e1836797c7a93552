/** Beside other designs: the bill that was measured, beside models of other ways to build it and what platforms charge. */
import type { Bill } from "./bill.ts";
import { type Course, designModels } from "./design-models.ts";
import { totalCost } from "./prices.ts";
import { dollars, ratio, type Section } from "./report.ts";

const million = 1_000_000;
const courses: { name: string; scenario: string; course: Course }[] = [
  { name: "first channel", scenario: "fbMessenger", course: { tried: 1, delivered: true, silentSeconds: 0 } },
  { name: "one fallback", scenario: "oneFallback", course: { tried: 2, delivered: true, silentSeconds: 0 } },
  {
    name: "a minute's silence",
    scenario: "silence",
    course: { tried: 2, delivered: true, silentSeconds: 60 },
  },
  { name: "four fail", scenario: "fourFail", course: { tried: 4, delivered: false, silentSeconds: 0 } },
];

/** Published overage prices, for a message on one channel, 2026. */
const platforms = [
  { name: "Novu Cloud, a workflow run", perMillion: 1200, aChannel: false },
  { name: "SuprSend, Essentials", perMillion: 2000, aChannel: true },
  { name: "MagicBell, a delivery", perMillion: 2500, aChannel: true },
  { name: "Knock, a message", perMillion: 5000, aChannel: true },
];

export function designs(bills: ReadonlyMap<string, Bill>): Section {
  const own = courses.map(({ scenario }) => bills.get(scenario)?.perMillion ?? Number.NaN);
  const row = (name: string, kind: string, costs: number[]) => [
    name,
    kind,
    ...costs.flatMap((cost, index) => [dollars(cost), ratio(cost / (own[index] ?? Number.NaN))]),
  ];
  const models = designModels.map(({ id, name, usage }) => ({
    id,
    name,
    costs: courses.map(({ course }) => totalCost(usage(course)) * million),
  }));
  const fees = platforms.map(({ name, perMillion, aChannel }) => ({
    name,
    costs: courses.map(({ course }) => perMillion * (aChannel ? course.tried : 1)),
  }));
  return {
    title: "Beside other designs, dollars a million",
    columns: ["", ...courses.flatMap(({ name }) => [name, "of ours"])],
    rows: [
      row("this service", "measured", own),
      ...models.map(({ name, costs }) => row(name, "modelled", costs)),
      ...fees.map(({ name, costs }) => row(name, "published fee", costs)),
    ],
    notes: [
      "measured: counted on the local run, Lambda at the assumed durations; the first channel is Messenger",
      "modelled: the units of the design's published definition (design-models.ts), by the same prices; not run",
      "(a) looks twice before the receipt is there; (b) has a window of 15 minutes at most, a read and then a send (a",
      "    redelivery sends twice), and no order of more than two; (c) and (d) show no message in the console's executions:",
      "    (c) none at all, (d) only those that failed first, and (d) keeps the window of the first channel by itself",
      "published fee: what the platform asks above its plan; failed attempts count as messages where channels are billed",
    ],
    figures: { own, models, fees },
  };
}
