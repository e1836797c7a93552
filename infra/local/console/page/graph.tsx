/** Graph view: the state machine as defined, each state coloured by what happened. Each state is a button. */
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { ExecutionStatus } from "../contract.ts";
import { type Definition, draw, pathThrough } from "./graph-layout.ts";
import { endNode, type Step, type StepStatus, startNode, visitsOf, wayOf, waysOf } from "./history.ts";
import { Scrolling } from "./parts.tsx";

export const toneOf = (status: StepStatus | undefined): string =>
  ({
    Succeeded: "good",
    Failed: "bad",
    "Timed out": "bad",
    "Caught error": "warning",
    "In progress": "busy",
    Stopped: "quiet",
  })[status ?? "Stopped"] ?? "quiet";

const legend: readonly StepStatus[] = ["In progress", "Succeeded", "Failed", "Caught error", "Stopped"];

interface GraphProps {
  definition: Definition;
  steps: readonly Step[];
  status: ExecutionStatus | undefined;
  picked: string | undefined;
  pick: (name: string) => void;
}

export function Graph({ definition, steps, status, picked, pick }: GraphProps) {
  const { width, height, boxes, lines } = useMemo(() => draw(definition), [definition]);
  const drawing = useRef<SVGSVGElement>(null);
  const start = boxes.find(({ name }) => name === startNode)?.x ?? 0;
  useEffect(() => {
    // It is as large as its text needs, so on a small screen it scrolls to where the route begins.
    const area = drawing.current?.parentElement;
    if (area) area.scrollLeft = start - area.clientWidth / 2;
  }, [start]);
  const visits = visitsOf(steps);
  const ways = status === undefined ? new Set<string>() : waysOf(steps, status);
  const taken = (from: string, to: string) => ways.has(wayOf(from, to));
  // Transitions that were taken are drawn last, on top of the others.
  const ordered = lines.toSorted((a, b) => Number(taken(a.from, a.to)) - Number(taken(b.from, b.to)));
  return (
    <div class="graph">
      <Scrolling label="Graph view" kind="graph-area">
        {/* biome-ignore lint/a11y/useSemanticElements: SVG has no fieldset. */}
        <svg
          ref={drawing}
          width={width}
          height={height}
          viewBox={`0 0 ${width} ${height}`}
          role="group"
          aria-label="Graph view of the state machine"
        >
          <defs>
            {["", "taken"].map((kind) => (
              <marker
                key={kind}
                id={`arrow${kind}`}
                class={`arrow ${kind}`}
                viewBox="0 0 8 8"
                refX="7"
                refY="4"
                markerWidth="6"
                markerHeight="6"
                orient="auto-start-reverse"
              >
                <path d="M0 0.500L8 4L0 7.500z" />
              </marker>
            ))}
          </defs>
          {ordered.map(({ from, to, isCatch, points }) => {
            const isTaken = taken(from, to);
            return (
              <path
                key={wayOf(from, to)}
                class={`way ${isCatch ? "catch" : ""} ${isTaken ? "taken" : ""}`}
                d={pathThrough(points)}
                marker-end={`url(#arrow${isTaken ? "taken" : ""})`}
              />
            );
          })}
          {boxes.map((box) =>
            box.name === startNode || box.name === endNode ? (
              <g key={box.name} class="terminal" transform={`translate(${box.x} ${box.y})`}>
                <rect x={-box.width / 2} y={-box.height / 2} width={box.width} height={box.height} rx="15" />
                <text dy="0.350em">{box.name === startNode ? "Start" : "End"}</text>
              </g>
            ) : (
              <State
                key={box.name}
                box={box}
                visit={visits.get(box.name)}
                isPicked={picked === box.name}
                pick={pick}
              />
            ),
          )}
        </svg>
      </Scrolling>
      <ul class="legend" aria-label="Colours">
        {legend.map((name) => (
          <li key={name} class={toneOf(name)}>
            {name}
          </li>
        ))}
      </ul>
    </div>
  );
}

interface StateProps {
  box: { name: string; type: string; x: number; y: number; width: number; height: number };
  visit: { status: StepStatus; count: number } | undefined;
  isPicked: boolean;
  pick: (name: string) => void;
}

function State({ box: { name, type, x, y, width, height }, visit, isPicked, pick }: StateProps) {
  const caption = `${type}${visit && visit.count > 1 ? ` · ${visit.count} times` : ""}`;
  return (
    // biome-ignore lint/a11y/useSemanticElements: SVG has no button.
    <g
      class={`state ${visit ? toneOf(visit.status) : "untouched"} ${isPicked ? "picked" : ""}`}
      transform={`translate(${x} ${y})`}
      role="button"
      // In SVG only this spelling works.
      tabindex={0}
      aria-pressed={isPicked}
      aria-label={`${name} ${caption}, ${visit?.status ?? "not entered"}`}
      onClick={() => pick(name)}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        pick(name);
      }}
    >
      <rect x={-width / 2} y={-height / 2} width={width} height={height} rx="8" />
      <text y={-2}>{name} </text>
      <text class="state-type" y={13}>
        {caption}
      </text>
    </g>
  );
}
