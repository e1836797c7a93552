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
import { type RecordedServer, type Recording, record, serveRecorded } from "./recorded-calls.ts";
import { median, milliseconds, ratio, type Section } from "./report.ts";

const root = resolve(import.meta.dirname, "../..");
const goal = 0.5;

interface Times {
  load: number;
  answer: number;
  /** Megabytes of the whole process after its answer. */
  memory: number;
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

export async function coldStart(runs: number): Promise<Section> {
  bundleFunctions();
  const recording = await record();
  const directory = mkdtempSync(resolve(tmpdir(), "cold-start-"));
  const server = await serveRecorded(recording);
  try {
    const bares = new Map<string, string>();
    const subjects = readdirSync(bundlesDirectory).map((name) =>
      subjectOf(name, recording, server, (services) => bareHandler(services, directory, bares)),
    );
    const empty = resolve(directory, "empty.mjs");
    writeFileSync(empty, "export const handler = async () => ({});\n");
    const eventFile = resolve(directory, "event.json");
    const times = new Map<string, Times[]>();
    const run = async (file: string, { event, environment }: Subject) => {
      server.rewind();
      writeFileSync(eventFile, JSON.stringify(event));
      return runOnce(file, eventFile, environment);
    };
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
  } finally {
    server.stop();
    rmSync(directory, { recursive: true });
  }
}

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

const measuredTimes = v.object({ load: v.number(), answer: v.number(), memory: v.number() });

/** A process that the machine killed (by a signal) says nothing of the bundle. */
const triesWhenKilled = 3;

async function runOnce(
  file: string,
  eventFile: string,
  environment: Record<string, string>,
  tries = triesWhenKilled,
): Promise<Times> {
  const child = spawn(process.execPath, [`${import.meta.dirname}/cold-start-process.mjs`, file, eventFile], {
    env: environment,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  const [status, signal] = (await once(child, "close")) as [number | null, string | null];
  if (signal !== null && tries > 1) return runOnce(file, eventFile, environment, tries - 1);
  if (status !== 0) throw new Error(`${file} failed with ${signal ?? `status ${status}`}`);
  return v.parse(measuredTimes, JSON.parse(text.slice(text.lastIndexOf("{"))));
}

function section(figures: ColdStart[], empty: Times, runs: number): Section {
  const within = (time: "load" | "answer") =>
    `${figures.filter(({ own, bare }) => own[time] <= goal * bare[time]).length} of ${figures.length}`;
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
    ],
    figures: { functions: figures, empty, runs, node: process.version },
  };
}
