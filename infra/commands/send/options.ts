/** The options of `npm run send` and `npm run consents`. */
import { resolve } from "node:path";
import * as v from "valibot";
import { readArguments, UsageError, wholeNumber } from "../command-line.ts";
import { localApi } from "../local-run.ts";
import { readRules } from "./csv-columns.ts";
import type { Defaults } from "./message.ts";

export const help = `npm run send -- FILE --queue URL --client NAME
npm run send -- FILE --api URL                  (with the key in API_KEY)
npm run send -- FILE --local

Sends messages to the queue or to the API. FILE has one message a line: NDJSON, each as for POST /messages, or CSV
(*.csv) whose header names paths into the message: to.phoneNumber, to.profileId, body, rules (separated by spaces or |, or a rule set's name),
customBody.sms, metadata.order. Empty cells are omitted. CSV may have commas, semicolons or tabs (or a first line sep=;), in UTF-8 or
UTF-16. FILE - is standard input.

  --queue URL        the SQS queue; AWS_PROFILE, AWS_REGION and AWS_ENDPOINT_URL as for the AWS CLI
  --client NAME      who sends: the owner of the messages (with --queue)
  --api URL          the API, as in the stack's output ApiUrl
  --local            the API of the local run on this machine (npm start, API_PORT)
  --rules "A B"      the rules of messages that have none, e.g. "fbMessenger sms"
  --body TEXT        the body of messages that have none
  --default-country GB   the country of phone numbers without +, in messages that do not say
  --concurrency N    requests at a time (16 to the queue, 4 to the API)
  --rate N           at most N messages a second

It can be stopped (Ctrl-C) and started again: FILE.sent keeps how far it came. Each message has an idempotency key, its own
(field or column idempotencyKey) or one made from the file's name, the line's number and the message: sent again
within 24 hours, it is the same message. Messages that were not accepted are in FILE.failed.ndjson, which can be sent itself.

Exit status: 0 all accepted, 1 not all, 2 wrong usage, 130 stopped by Ctrl-C.`;

export interface Options {
  /** Undefined: standard input. */
  path: string | undefined;
  target: { queue: string; client: string } | { api: string; apiKey: string };
  defaults: Defaults;
  concurrency: number;
  rate: number | undefined;
}

export function readOptions(args: string[], environment: NodeJS.ProcessEnv): Options {
  const { values, positionals } = readArguments(args, {
    queue: { type: "string" },
    client: { type: "string" },
    api: { type: "string" },
    local: { type: "boolean" },
    rules: { type: "string" },
    body: { type: "string" },
    "default-country": { type: "string" },
    concurrency: { type: "string" },
    rate: { type: "string" },
  });
  const { rules, body, "default-country": defaultCountry } = values;
  if (defaultCountry !== undefined && !/^[A-Z]{2}$/.test(defaultCountry))
    throw new UsageError(
      `--default-country is "${defaultCountry}": it must be a country's two letters (ISO 3166-1), e.g. GB`,
    );
  const target = readTarget(values, environment);
  return {
    path: readPath(positionals, environment),
    target,
    defaults: {
      ...(rules === undefined ? {} : { rules: readRules(rules) }),
      ...(body === undefined ? {} : { body }),
      ...(defaultCountry === undefined ? {} : { defaultCountry }),
    },
    ...readPace(values, "queue" in target ? 16 : 4),
  };
}

/** The options of `npm run consents`. */
export function readConsentOptions(args: string[], environment: NodeJS.ProcessEnv) {
  const { values, positionals } = readArguments(args, {
    api: { type: "string" },
    local: { type: "boolean" },
    concurrency: { type: "string" },
    rate: { type: "string" },
  });
  if ((values.api === undefined) === (values.local === undefined))
    throw new UsageError("name one destination: --api URL or --local");
  return {
    path: readPath(positionals, environment),
    target: readApi({ api: values.api, local: values.local }, environment),
    defaults: {},
    ...readPace(values, 4),
  };
}

function readPath([file, ...more]: readonly string[], environment: NodeJS.ProcessEnv): string | undefined {
  if (file === undefined || file === "" || more.length > 0)
    throw new UsageError(`name one FILE, or - for standard input${more.length > 0 ? ", not several" : ""}`);
  return file === "-" ? undefined : resolve(startDirectory(environment), file);
}

const readPace = (
  { concurrency, rate }: { concurrency?: string; rate?: string },
  usualConcurrency: number,
) => ({
  concurrency:
    concurrency === undefined ? usualConcurrency : wholeNumber("--concurrency", concurrency, 1, 256),
  rate: rate === undefined ? undefined : wholeNumber("--rate", rate.replace(/\/s$/, ""), 1, 1_000_000),
});

function readTarget(
  { queue, client, api, local }: { queue?: string; client?: string; api?: string; local?: boolean },
  environment: NodeJS.ProcessEnv,
): Options["target"] {
  if ([queue, api, local].filter((one) => one !== undefined).length !== 1)
    throw new UsageError("name one destination: --queue URL, --api URL or --local");
  if (queue !== undefined) {
    if (!isUrl(queue))
      throw new UsageError(`--queue is "${queue}": it must be the queue's URL, https://sqs.…`);
    if (!client) throw new UsageError("--queue needs --client NAME: the client's name, as in its API keys");
    return { queue, client };
  }
  if (client !== undefined)
    throw new UsageError("--client is for --queue only: the API knows the client by the key");
  return readApi({ api, local }, environment);
}

function readApi(
  { api, local }: { api: string | undefined; local: boolean | undefined },
  environment: NodeJS.ProcessEnv,
) {
  if (local) return localApi(environment);
  const { API_KEY } = environment;
  if (!isUrl(api)) throw new UsageError(`--api is "${api}": it must be a URL, https://…`);
  if (!API_KEY) throw new UsageError("API_KEY is not set: set it to an API key");
  return { api, apiKey: API_KEY };
}

const isUrl = (text: unknown): text is string => v.is(v.pipe(v.string(), v.url(), v.regex(/^https?:/)), text);

/** npm runs scripts in the project's folder; FILE is relative to the folder where npm was called. */
const startDirectory = ({ npm_lifecycle_event, INIT_CWD }: NodeJS.ProcessEnv) =>
  ["send", "consents"].includes(npm_lifecycle_event ?? "") && INIT_CWD ? INIT_CWD : process.cwd();
