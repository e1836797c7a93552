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

/** Each has a contrast of 3:1 on the page's light and dark background. The table's headings are the legend. */
export const palette = [
  "#2f7de1",
  "#d9480f",
  "#2b8a3e",
  "#ae3ec9",
  "#a07000",
  "#0c8599",
  "#e03131",
  "#7950f2",
  "#6b7280",
  "#c2457c",
];
export const colorOf = (place: number): string => palette[place % palette.length] ?? "";

const text = { color: "currentColor", fontFamily: "inherit", fontSize: 12 };
const faint = { lineStyle: { color: "currentColor", opacity: 0.25 } };

export function drawChart({ kind, labels, series, unit }: Section): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width: 720, height: 260 });
  chart.setOption({
    animation: false,
    grid: { left: 8, right: 8, top: 24, bottom: 8, outerBoundsMode: "same" },
    xAxis: { type: "category", data: labels, axisLabel: text, axisLine: faint, axisTick: { show: false } },
    yAxis: {
      type: "value",
      name: unit,
      nameTextStyle: text,
      axisLabel: text,
      splitLine: faint,
      ...(unit === "" ? { minInterval: 1 } : {}),
    },
    series: series.map(({ name, values }, place) => ({
      name,
      data: values.map((value) => value ?? null),
      color: colorOf(place),
      silent: true,
      ...(kind === "lines" ? { type: "line", symbolSize: 6 } : { type: "bar", barMaxWidth: 48 }),
      ...(kind === "stacked" ? { stack: "all" } : {}),
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ');
}
