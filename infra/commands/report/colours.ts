/** The colours of the charts, by what they mean: a status has its own everywhere, a channel has one that says nothing of an end. */
import { channels } from "../../../functions/channels/registry.ts";
import { statusColours } from "../../../functions/domain/reporting/status-colours.ts";

/** Neither green nor red. */
const neutral = ["#2f7de1", "#ae3ec9", "#a07000", "#0c8599", "#7950f2", "#c2457c", "#6b7280"];
/** Of what went wrong. */
const warm = ["#e03131", "#d9480f", "#c2457c", "#a07000", "#ae3ec9", "#b3541e"];
/** Of one thing in degrees. */
const degrees = ["#5b8fd9", "#2f7de1", "#7950f2", "#ae3ec9"];
const fellBack = "#d9480f";

export const everyColour = [...new Set([...Object.values(statusColours), ...neutral, ...warm, ...degrees])];

type ByName = (name: string, place: number) => string;
const inTurn =
  (colours: readonly string[]): ByName =>
  (_, place) =>
    colours[place % colours.length] ?? "";

export const colours = {
  status: (name, place) => (statusColours as Record<string, string>)[name] ?? inTurn(neutral)(name, place),
  /** A channel keeps its colour, whichever others there are. */
  channel: (id, place) =>
    inTurn(neutral)(id, channels.findIndex((one) => one.id === id) + 1 || place + channels.length),
  fault: inTurn(warm),
  reason: inTurn(neutral),
  degree: inTurn(degrees),
  fellBack: () => fellBack,
} satisfies Record<string, ByName>;
export type Meaning = keyof typeof colours;
