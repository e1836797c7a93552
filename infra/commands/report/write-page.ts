/** `npm run report`: reads the messages, counts them, and writes the page. Progress goes to standard error. */
import { statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  type Counted,
  countedFields,
  countMessages,
  type Days,
} from "../../../functions/domain/reporting/delivery-report.ts";
import { CommandError, UsageError } from "../command-line.ts";
import { reportPage } from "./page.ts";
import { readMessages } from "./read-messages.ts";

const progressEvery = 10_000;

/** Checked before the table is read, which may take long. @throws {UsageError} if the file cannot be written */
export function checkFile(file: string): void {
  const folder = dirname(resolve(file));
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(
      `--out is "${file}": there is no directory ${folder}: create it, or name another file`,
    );
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`--out is "${file}": it is a directory: name a file in it`);
}

export async function writePage(
  dynamoDb: DynamoDBClient,
  table: string,
  { days, at, file, isFitted }: { days: Days; at: string; file: string; isFitted: boolean },
): Promise<void> {
  const say = (line: string) => console.error(`… ${line}`);
  const readFrom = `the table ${table}, ${await placeOf(dynamoDb)}`;
  say(`reading ${days.from} to ${days.to} from ${readFrom}`);
  const counting = countMessages(days, isFitted);
  let read = 0;
  for await (const message of readMessages<Counted>(dynamoDb, table, days, countedFields)) {
    counting.add(message);
    read += 1;
    if (read % progressEvery === 0) say(`${read.toLocaleString("en")} messages`);
  }
  say(`drawing ${read.toLocaleString("en")} messages`);
  const page = reportPage(counting.counts(), { ...days, readFrom, at });
  try {
    writeFileSync(file, page);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new CommandError(`the page cannot be written (${error.message}): name another file with --out`);
  }
  console.log(`${resolve(file)}: open it in a browser`);
}

async function placeOf({ config }: DynamoDBClient): Promise<string> {
  const endpoint = process.env.AWS_ENDPOINT_URL;
  return endpoint ? `at ${endpoint}` : `in ${await config.region()}, AWS`;
}
