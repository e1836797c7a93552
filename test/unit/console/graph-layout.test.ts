import { describe, expect, it } from "vitest";
import { channels } from "../../../functions/channels/registry.ts";
import { draw, pathThrough, readDefinition, waysIn } from "../../../infra/local/console/page/graph-layout.ts";
import { endNode, startNode } from "../../../infra/local/console/page/history.ts";
import { stateMachineDefinition } from "../../../infra/state-machine-definition.ts";

const [first, ...others] = channels;
if (first === undefined) throw new Error("no channel is enabled");
const definitionOf = (enabledChannels: typeof channels) =>
  readDefinition(
    JSON.stringify(
      stateMachineDefinition(first, enabledChannels, ({ id }) => `arn:${id}`, "arn:undeliverable"),
    ),
  );

describe("the graph of the state machine", () => {
  it("the graph has each state of the definition, a start and an end", () => {
    const definition = definitionOf(channels);
    expect(
      draw(definition)
        .boxes.map(({ name }) => name)
        .sort(),
    ).toEqual([startNode, endNode, ...Object.keys(definition.States)].sort());
  });

  it("a fifth channel appears in the graph without further code", () => {
    const telegram = { ...first, id: "telegram", name: "Telegram" };
    expect(draw(definitionOf([first, ...others, telegram])).boxes.map(({ name }) => name)).toContain(
      "Telegram",
    );
  });

  it("a transition is distinguished from one after a caught error", () => {
    const ways = waysIn(definitionOf([first]));
    expect(ways).toContainEqual({ from: "Next channel", to: first.name, isCatch: false });
    expect(ways).toContainEqual({ from: "Next channel", to: "Undeliverable", isCatch: false });
    expect(ways).toContainEqual({ from: first.name, to: endNode, isCatch: false });
    expect(ways).toContainEqual({ from: first.name, to: "Next channel", isCatch: true });
    expect(ways).toContainEqual({ from: "Message failed", to: endNode, isCatch: false });
  });

  it("states do not overlap, and each transition has its points", () => {
    const { boxes, lines } = draw(definitionOf(channels));
    for (const [index, a] of boxes.entries())
      for (const b of boxes.slice(index + 1)) {
        const apart =
          Math.abs(a.x - b.x) >= (a.width + b.width) / 2 || Math.abs(a.y - b.y) >= (a.height + b.height) / 2;
        expect(apart, `${a.name} and ${b.name}`).toBe(true);
      }
    for (const { points } of lines) expect(points.length).toBeGreaterThan(1);
  });

  it("a path is drawn from the first point to the last", () => {
    const path = pathThrough([
      { x: 0, y: 0 },
      { x: 10, y: 20 },
      { x: 10, y: 40 },
    ]);
    expect(path).toBe("M0.0,0.0Q10.0,20.0 10.0,30.0L10.0,40.0");
    expect(pathThrough([])).toBe("");
  });
});
