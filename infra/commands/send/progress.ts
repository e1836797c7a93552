/**
 * Shows the progress of a run on standard error: on a terminal a bar with rate and time left, otherwise a line every so many
 * messages. The bar shows what was accepted, not what was read or refused.
 */
import cliProgress from "cli-progress";
import { printable } from "../text-table.ts";
import type { Counts, Watcher } from "./journal.ts";
import type { Fault } from "./message.ts";

export interface Progress extends Watcher {
  /** How far the file was read. */
  reached(endByte: number): void;
  /** A line about the run as a whole. */
  say(text: string): void;
  stop(): void;
}

export type Output = NodeJS.WritableStream & { isTTY?: boolean };

const lineEvery = 5_000;
const redrawEvery = 100;
/** If all of a file is wrong, the first faults say enough. */
const faultsShown = 20;

export const finishedCount = ({ accepted, refused, bad, skipped }: Counts) =>
  accepted + refused + bad + skipped;

/** `bytes`: the file's size; undefined for standard input, whose end is unknown. `noun`: what the lines are. */
export function createProgress(output: Output, bytes: number | undefined, noun: string): Progress {
  return output.isTTY && bytes ? createBar(output, bytes, noun) : createLines(output, noun);
}

function createLines(output: Output, noun: string): Progress {
  const faults = createFaultList((line) => output.write(line));
  const rate = createRate();
  return {
    reached() {},
    say: (text) => void output.write(`${text}\n`),
    failed: faults.add,
    settled(counts) {
      const settled = finishedCount(counts);
      const perSecond = rate(counts);
      if (settled % lineEvery === 0)
        output.write(`… ${settled.toLocaleString("en")} ${noun}${besides(counts)}, ${perSecond} a second\n`);
    },
    stop: faults.end,
  };
}

function createBar(output: Output, bytes: number, noun: string): Progress {
  const bar = new cliProgress.SingleBar(
    {
      stream: output,
      format: `{bar} {percentage}% | {accepted} ${noun} | {rate}/s | {eta_formatted} left{besides}`,
      etaBuffer: 100,
      // While nothing is accepted, the time left is unknown.
      formatTime: (time, options, roundTo) =>
        Number.isFinite(Number(time)) ? cliProgress.Format.TimeFormat(time, options, roundTo) : "?",
      // The run itself handles Ctrl-C.
      gracefulExit: false,
    },
    cliProgress.Presets.shades_classic,
  );
  const shown: string[] = [];
  const faults = createFaultList((line) => shown.push(line));
  const rate = createRate();
  let reached = 0;
  let lines = 0;
  let acceptedShare = 0;
  let shownCounts = { accepted: "0", rate: "0", besides: "" };
  const redraw = () => bar.update(reached * acceptedShare, shownCounts);
  bar.start(bytes, 0, shownCounts);
  return {
    reached(endByte) {
      reached = endByte;
      lines += 1;
      if (lines % redrawEvery === 0) redraw();
    },
    say: (text) => void output.write(`\r\u001b[K${text}\n`),
    failed: faults.add,
    settled(counts) {
      const accepted = counts.accepted + counts.skipped;
      acceptedShare = accepted / Math.max(counts.read, accepted, 1);
      shownCounts = {
        accepted: accepted.toLocaleString("en"),
        rate: rate(counts),
        besides: besides(counts),
      };
      // Reading may reach the end of the file long before.
      if (finishedCount(counts) % redrawEvery === 0) redraw();
    },
    stop() {
      redraw();
      bar.stop();
      faults.end();
      output.write(shown.join(""));
    },
  };
}

const besides = ({ refused, bad }: Counts) =>
  refused + bad > 0 ? `, ${(refused + bad).toLocaleString("en")} not accepted` : "";

/** How many a second of this run, without those that an earlier run sent. */
function createRate(): (counts: Counts) => string {
  const startedAt = performance.now();
  return ({ accepted }) => {
    const seconds = Math.max((performance.now() - startedAt) / 1000, 0.001);
    return Math.round(accepted / seconds).toLocaleString("en");
  };
}

function createFaultList(write: (line: string) => void) {
  let count = 0;
  return {
    add(line: number, faults: readonly Fault[]) {
      count += 1;
      if (count > faultsShown) return;
      const texts = faults.map(({ path, message }) => (path === "" ? message : `${path} ${message}`));
      write(`line ${line}: ${printable(texts.join("; "))}\n`);
    },
    end() {
      if (count > faultsShown)
        write(`… and ${(count - faultsShown).toLocaleString("en")} more that were not accepted\n`);
    },
  };
}
