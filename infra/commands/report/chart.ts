/**
 * A section's chart as SVG, drawn by Apache ECharts. Text and lines have the page's colour, so that it fits light and dark
 * mode.
 */
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { Section } from "./sections.ts";

use([BarChart, LineChart, GridComponent, SVGRenderer]);

const text = { color: "currentColor", fontFamily: "inherit", fontSize: 12 };
const faint = { lineStyle: { color: "currentColor", opacity: 0.25 } };

/** Wide beside its table, narrow for a phone: letters that shrink with a drawing cannot be read. */
export const widths = { wide: 720, narrow: 340 } as const;

export function drawChart({ kind, labels, series, unit }: Section, size: keyof typeof widths): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width: widths[size], height: 260 });
  chart.setOption({
    animation: false,
    grid: { left: 8, right: 8, top: 24, bottom: 8, outerBoundsMode: "same" },
    xAxis: { type: "category", data: labels, axisLabel: text, axisLine: faint, axisTick: { show: false } },
    yAxis: {
      type: "value",
      name: unit === "$" ? "US$" : unit,
      nameTextStyle: text,
      axisLabel: text,
      splitLine: faint,
      ...(unit === "" ? { minInterval: 1 } : {}),
    },
    series: series.map(({ name, color, values }) => ({
      name,
      data: values.map((value) => value ?? null),
      color,
      silent: true,
      ...(kind === "lines" ? { type: "line", symbolSize: 6 } : { type: "bar", barMaxWidth: 48 }),
      ...(kind === "stacked" ? { stack: "all" } : {}),
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ');
}
