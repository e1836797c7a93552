/**
 * The graph of a state machine's definition (Amazon States Language): a node for each state, an edge for each transition, laid
 * out by dagre. Pure; drawn by graph.tsx. It shows any states that the definition has.
 */
import { Graph, layout } from "@dagrejs/dagre";
import * as v from "valibot";
import { endNode, startNode } from "./history.ts";

const state = v.looseObject({
  Type: v.string(),
  Next: v.optional(v.string()),
  End: v.optional(v.boolean()),
  Default: v.optional(v.string()),
  Choices: v.optional(v.array(v.looseObject({ Next: v.string() }))),
  Catch: v.optional(v.array(v.looseObject({ Next: v.string() }))),
});
const definitionSchema = v.looseObject({ StartAt: v.string(), States: v.record(v.string(), state) });
export type Definition = v.InferOutput<typeof definitionSchema>;
type State = v.InferOutput<typeof state>;

export const readDefinition = (json: string): Definition => v.parse(definitionSchema, JSON.parse(json));

export interface Way {
  from: string;
  to: string;
  /** Whether it is the transition after a caught error. */
  isCatch: boolean;
}

export function waysIn({ StartAt, States }: Definition): Way[] {
  const ways: Way[] = [{ from: startNode, to: StartAt, isCatch: false }];
  for (const [from, given] of Object.entries(States)) {
    const caught = new Set((given.Catch ?? []).map(({ Next }) => Next));
    const next = new Set(onwards(given));
    for (const to of next) ways.push({ from, to, isCatch: false });
    for (const to of caught) if (!next.has(to)) ways.push({ from, to, isCatch: true });
  }
  return ways;
}

function onwards({ Type, Next, End, Default, Choices = [] }: State): string[] {
  const ends = End === true || Type === "Fail" || Type === "Succeed";
  return [...Choices.map((choice) => choice.Next), Default, Next, ends ? endNode : undefined].filter(
    (name) => name !== undefined,
  );
}

interface Box {
  name: string;
  type: string;
  x: number;
  y: number;
  width: number;
  height: number;
}
interface Line extends Way {
  points: { x: number; y: number }[];
}
export interface Drawing {
  width: number;
  height: number;
  boxes: Box[];
  lines: Line[];
}

const boxHeight = 44;
const widthOf = (name: string) => Math.max(96, name.length * 7.6 + 44);

export function draw(definition: Definition): Drawing {
  const graph = new Graph({ multigraph: false });
  graph.setGraph({ rankdir: "TB", nodesep: 22, ranksep: 46, marginx: 12, marginy: 10 });
  graph.setDefaultEdgeLabel(() => ({}));
  const ends = { width: 64, height: 30 };
  graph.setNode(startNode, { ...ends });
  for (const name of Object.keys(definition.States))
    graph.setNode(name, { width: widthOf(name), height: boxHeight });
  graph.setNode(endNode, { ...ends });
  const ways = waysIn(definition);
  for (const { from, to, isCatch } of ways) graph.setEdge(from, to, { weight: isCatch ? 1 : 4 });
  layout(graph);

  const { width = 0, height = 0 } = graph.graph();
  const boxes = graph.nodes().map((name: string) => {
    const { x = 0, y = 0, width = 0, height = 0 } = graph.node(name);
    return { name, type: definition.States[name]?.Type ?? "", x, y, width, height };
  });
  const lines = ways.map((way) => ({ ...way, points: graph.edge(way.from, way.to).points ?? [] }));
  return { width, height, boxes, lines };
}

/** A smooth path through points: quadratic curves between the middles of the lines that join them. */
export function pathThrough(points: readonly { x: number; y: number }[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return "";
  let path = `M${at(first)}`;
  for (const [index, point] of rest.entries()) {
    const next = rest[index + 1];
    if (next === undefined) path += `L${at(point)}`;
    else path += `Q${at(point)} ${at({ x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 })}`;
  }
  return path;
}

const at = ({ x, y }: { x: number; y: number }) => `${x.toFixed(1)},${y.toFixed(1)}`;
