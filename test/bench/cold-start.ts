/**
 * The cold start: how long each function's bundle takes, in a fresh process of this Node, to load and to answer its first
 * event. Beside it an empty handler, a bare one that only makes the same SDK clients, bundled with esbuild's defaults, and the
 * function's own bundle with Node's compile cache, which Lambda does not have.
 * They take turns, so that whatever else this machine does falls on all alike; medians. AWS answers from a recording.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { buildSync } from "esbuild";
import * as v from "valibot";
import { bundleFunctions } from "../../infra/bundle/bundle.ts";
import { bundleDirectory, bundlesDirectory } from "../../infra/bundle/bundles.ts";
import { accessKeyIdOf } from "../../infra/local/aws/iam/credentials.ts";
import type { Resource } from "../../infra/local/cloudformation.ts";
import { environmentOf } from "../../infra/local/deploy.ts";
import { type RecordedServer, type Recording, record, serveRecorded, type Tour } from "./recorded-calls.ts";
import { median, milliseconds, ratio, type Section } from "./report.ts";

const root = resolve(import.meta.dirname, "../..");
const goal = 0.5;
/** What a one-time code by SMS wakes, one after the other, beside one bare handler with two clients. */
const way = { bundles: ["authorizer", "ingest", "channel-sms"], goals: { load: 1, answer: 2 } };

interface Times {
  load: number;
  answer: number;
  /** Megabytes of the whole process after its answer. */
  memory: number;
}
/** Milliseconds of processor time: of the first event, and of a later one (0 where there was none). */
export interface ProcessorTimes {
  first: number;
  warm: number;
}
interface Subject {
  name: string;
  file: string;
  bare: string;
  event: unknown;
  environment: Record<string, string>;
}
export interface ColdStart {
  name: string;
  bytes: number;
  gzipBytes: number;
  own: Times;
  bare: Times;
  /** With code that an earlier process compiled. */
  compiled: Times;
}

/** The bundles (every one, unless they are named), the directory in which the work is done, and how one is run in a fresh process. */
interface Starts {
  subjects: Subject[];
  directory: string;
  run: (file: string, subject: Subject, moreEvents?: number) => Promise<Times & ProcessorTimes>;
}

async function withStarts<Result>(
  work: (starts: Starts) => Promise<Result>,
  bundles?: readonly string[],
  tour?: Tour,
): Promise<Result> {
  bundleFunctions();
  const recording = await record(tour);
  const directory = mkdtempSync(resolve(tmpdir(), "cold-start-"));
  const server = await serveRecorded(recording);
  try {
    const bares = new Map<string, string>();
    const subjects = (bundles ?? readdirSync(bundlesDirectory)).map((name) =>
      subjectOf(name, recording, server, (services) => bareHandler(services, directory, bares)),
    );
    const eventFile = resolve(directory, "event.json");
    const run: Starts["run"] = (file, { event, environment }, moreEvents = 0) => {
      server.rewind();
      writeFileSync(eventFile, JSON.stringify(event));
      return runOnce(file, [eventFile, String(moreEvents)], environment);
    };
    return await work({ subjects, directory, run });
  } finally {
    server.stop();
    rmSync(directory, { recursive: true });
  }
}

/** Enough for V8 to have compiled what runs often. */
const warmEvents = 100;

/** The least that the functions take for an event, by the bundle's name; `tour` calls each of them. */
export const processorTimes = (
  bundles: readonly string[],
  tour: Tour,
): Promise<Map<string, ProcessorTimes>> =>
  withStarts(
    async ({ subjects, run }) => {
      const times = new Map<string, ProcessorTimes>();
      for (const subject of subjects) {
        const measured: ProcessorTimes[] = [];
        for (let start = 0; start < 3; start++)
          measured.push(await run(subject.file, subject, start === 0 ? warmEvents : 0));
        times.set(subject.name, {
          first: Math.min(...measured.map(({ first }) => first)),
          warm: measured[0]?.warm ?? Number.NaN,
        });
      }
      return times;
    },
    bundles,
    tour,
  );

/** `bundles`: only these. */
export const coldStart = (runs: number, bundles?: readonly string[]): Promise<Section> =>
  withStarts(async ({ subjects, directory, run }) => {
    const empty = resolve(directory, "empty.mjs");
    writeFileSync(empty, "export const handler = async () => ({});\n");
    const times = new Map<string, Times[]>();
    const measure = async (key: string, file: string, subject: Subject) => {
      times.set(key, [...(times.get(key) ?? []), await run(file, subject)]);
    };
    const withCache = (subject: Subject): Subject => ({
      ...subject,
      environment: { ...subject.environment, NODE_COMPILE_CACHE: resolve(directory, "compiled") },
    });
    for (const subject of subjects) await run(subject.file, withCache(subject));
    for (let round = 0; round < runs; round++)
      for (const subject of subjects) {
        await measure("empty", empty, subject);
        await measure(`bare ${subject.name}`, subject.bare, subject);
        await measure(`own ${subject.name}`, subject.file, subject);
        await measure(`compiled ${subject.name}`, subject.file, withCache(subject));
      }
    const medianOf = (key: string, time: keyof Times) =>
      median((times.get(key) ?? []).map((one) => one[time]));
    const medians = (key: string): Times => ({
      load: medianOf(key, "load"),
      answer: medianOf(key, "answer"),
      memory: medianOf(key, "memory"),
    });
    const figures = subjects.map(({ name, file }) => ({
      name,
      bytes: statSync(file).size,
      gzipBytes: gzipSync(readFileSync(file)).length,
      own: medians(`own ${name}`),
      bare: medians(`bare ${name}`),
      compiled: medians(`compiled ${name}`),
    }));
    return section(figures, medians("empty"), runs);
  }, bundles);

function subjectOf(
  name: string,
  { events, services, functions, aws }: Recording,
  server: RecordedServer,
  bareOf: (services: ReadonlySet<string>) => string,
): Subject {
  const file = resolve(bundleDirectory(name), "index.cjs");
  const deployed = functions.find((one) => hashOf(assetOf(one)) === hashOf(file));
  if (deployed === undefined) throw new Error(`no function of the template has the bundle ${name}`);
  if (!events.has(deployed.ref)) throw new Error(`nothing called ${deployed.ref}`);
  const accessKey = accessKeyIdOf(deployed.ref);
  return {
    name,
    file,
    bare: bareOf(services.get(accessKey) ?? new Set()),
    event: events.get(deployed.ref),
    environment: {
      ...Object.fromEntries(
        Object.entries(environmentOf(deployed)).map(([key, value]) => [key, value.replace(aws, server.url)]),
      ),
      GRAPH_API_URL: server.url,
      AWS_ENDPOINT_URL: server.url,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: accessKey,
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_SESSION_TOKEN: "local",
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      AWS_LAMBDA_FUNCTION_NAME: deployed.ref,
      LAMBDA_TASK_ROOT: dirname(assetOf(deployed)),
    },
  };
}

const code = v.looseObject({ S3Key: v.string() });
const assetOf = ({ properties }: Resource) => {
  const { S3Key } = v.parse(v.looseObject({ Code: code }), properties).Code;
  return resolve(root, ".build/local", `asset.${S3Key.replace(/\.zip$/, "")}`, "index.cjs");
};
const hashOf = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");

const clients: Readonly<Record<string, { package: string; client: string }>> = {
  dynamodb: { package: "client-dynamodb", client: "DynamoDBClient" },
  states: { package: "client-sfn", client: "SFNClient" },
  sns: { package: "client-sns", client: "SNSClient" },
  sqs: { package: "client-sqs", client: "SQSClient" },
  ssm: { package: "client-ssm", client: "SSMClient" },
};

/** DynamoDB's client and Step Functions', and what else the function calls; made once for each such set. */
function bareHandler(used: ReadonlySet<string>, directory: string, made: Map<string, string>): string {
  const names = Object.keys(clients).filter(
    (name) => ["dynamodb", "states"].includes(name) || used.has(name),
  );
  const key = names.join("-");
  const outfile = resolve(directory, `bare-${key}.cjs`);
  if (made.has(key)) return outfile;
  const needed = names.flatMap((name) => clients[name] ?? []);
  buildSync({
    stdin: {
      contents: [
        ...needed.map((one) => `import { ${one.client} } from "@aws-sdk/${one.package}";`),
        `export const clients = [${needed.map(({ client }) => `new ${client}({})`).join(", ")}];`,
        "export const handler = async () => ({});",
      ].join("\n"),
      resolveDir: root,
    },
    outfile,
    bundle: true,
    platform: "node",
    logLevel: "warning",
  });
  made.set(key, outfile);
  return outfile;
}

const measuredTimes = v.object({
  load: v.number(),
  answer: v.number(),
  memory: v.number(),
  first: v.number(),
  warm: v.number(),
});

/** A process that the machine killed (by a signal) says nothing of the bundle. */
const triesWhenKilled = 3;

async function runOnce(
  file: string,
  given: readonly string[],
  environment: Record<string, string>,
  tries = triesWhenKilled,
): Promise<v.InferOutput<typeof measuredTimes>> {
  const child = spawn(process.execPath, [`${import.meta.dirname}/cold-start-process.mjs`, file, ...given], {
    env: environment,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  const [status, signal] = (await once(child, "close")) as [number | null, string | null];
  if (signal !== null && tries > 1) return runOnce(file, given, environment, tries - 1);
  if (status !== 0) throw new Error(`${file} failed with ${signal ?? `status ${status}`}`);
  return v.parse(measuredTimes, JSON.parse(text.slice(text.lastIndexOf("{"))));
}

function section(figures: ColdStart[], empty: Times, runs: number): Section {
  const within = (time: "load" | "answer") =>
    `${figures.filter(({ own, bare }) => own[time] <= goal * bare[time]).length} of ${figures.length}`;
  const sumOf = (time: "load" | "answer") =>
    figures.reduce((sum, { name, own }) => sum + (way.bundles.includes(name) ? own[time] : 0), 0);
  // The authorizer's bare handler has DynamoDB's client and that of Step Functions.
  const bareOfTwo = figures.find(({ name }) => name === "authorizer")?.bare;
  const ofBare = (time: "load" | "answer") => sumOf(time) / (bareOfTwo?.[time] ?? Number.NaN);
  return {
    title: "Cold start",
    columns: ["KB", "KB gzip", "load", "bare", "ratio", "compiled", "load and answer", "bare", "ratio", "MB"],
    rows: [
      ...figures.map(({ name, bytes, gzipBytes, own, bare, compiled }) => [
        name,
        String(Math.round(bytes / 1024)),
        String(Math.round(gzipBytes / 1024)),
        milliseconds(own.load),
        milliseconds(bare.load),
        ratio(own.load / bare.load),
        ratio(compiled.load / bare.load),
        milliseconds(own.answer),
        milliseconds(bare.answer),
        ratio(own.answer / bare.answer),
        own.memory.toFixed(0),
      ]),
      [
        "an empty handler",
        "0",
        "0",
        milliseconds(empty.load),
        "",
        "",
        "",
        milliseconds(empty.answer),
        "",
        "",
        empty.memory.toFixed(0),
      ],
    ],
    notes: [
      `medians of ${runs} fresh processes each of Node.js ${process.version}, in turns; the process's own start is not in them; MB: the whole process`,
      "bare: a handler that makes the same SDK clients and answers nothing, bundled by esbuild's defaults; compiled: load with Node's compile cache, of bare",
      `goal: at most ${ratio(goal)} of bare. Loaded: ${within("load")} functions; first answer too, its calls of AWS included: ${within("answer")}`,
      `${way.bundles.join(", ")} together, of one bare handler with two clients: loaded ${ratio(ofBare("load"))} (goal ${ratio(way.goals.load)}), with their first answers ${ratio(ofBare("answer"))} (goal ${ratio(way.goals.answer)})`,
    ],
    figures: {
      functions: figures,
      way: { load: ofBare("load"), answer: ofBare("answer") },
      empty,
      runs,
      node: process.version,
    },
  };
}
