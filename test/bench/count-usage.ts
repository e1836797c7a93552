/**
 * Counts every billed unit that the local run uses: HTTP exchanges of the API, the AWS endpoint and the Graph API, the
 * functions' invocations and their logs, and the states that executions entered. Used by the bill and by the scale.
 */
import { gunzipSync } from "node:zlib";
import * as v from "valibot";
import { callJson } from "../../infra/local/aws/local-call.ts";
import type { BenchSystem, Invocation, Watcher } from "./bench-system.ts";
import { DynamoDbUsage, type HiddenWrite, sizeOnAws } from "./dynamodb-usage.ts";
import { addUsage, type Usage } from "./prices.ts";
import { logBytesOf, statesEntered } from "./state-history.ts";
import type { Exchange } from "./watch-http.ts";

/**
 * What this machine cannot say: how long Lambda and the providers take there. Milliseconds billed for an invocation, and for
 * each further message or record that it was given.
 */
export const assumedMs = { channel: 400, other: 30, each: 2 };
const retentionMonths = 1;
/** Of an answer of the API or a call to a provider, beside its body. */
const headerBytes = 300;
/** CloudWatch Logs adds 26 bytes to an event; Lambda's JSON around what a function logs is about 120. */
const logEventBytes = 26;
const lambdaLogBytes = 120;
const gigabyte = 1e9;

export interface Counted {
  usage: Usage;
  /** GB-seconds of Lambda, if each invocation took as long as assumed. */
  assumedGbSeconds: number;
}

const records = v.looseObject({
  Records: v.pipe(
    v.array(v.looseObject({ eventSource: v.literal("aws:sqs"), body: v.string() })),
    v.minLength(1),
  ),
});
const recordsOfAnySource = v.looseObject({ Records: v.pipe(v.array(v.unknown()), v.minLength(1)) });
const batchRequest = v.looseObject({ rawPath: v.literal("/messages/batch"), body: v.string() });
const jsonArray = v.pipe(v.string(), v.parseJson(), v.array(v.unknown()));
const logs = v.object({ awslogs: v.object({ data: v.string() }) });
const logData = v.looseObject({
  messageType: v.string(),
  logEvents: v.array(v.looseObject({ message: v.string() })),
});
const channelTask = v.looseObject({ taskToken: v.string() });
const functionMemory = v.looseObject({ MemorySize: v.number() });
const keySchema = { KeySchema: v.array(v.looseObject({ AttributeName: v.string() })) };
const tableKeys = v.looseObject({
  ...keySchema,
  GlobalSecondaryIndexes: v.optional(v.array(v.looseObject(keySchema)), []),
});
const namesIn = ({ KeySchema }: { KeySchema: { AttributeName: string }[] }) =>
  KeySchema.map(({ AttributeName }) => AttributeName);
const history = v.object({ body: v.looseObject({ events: v.array(v.looseObject({ type: v.string() })) }) });
const started = v.looseObject({ executionArn: v.string() });

export class UsageCounter implements Watcher {
  #system: BenchSystem | undefined;
  #usage: Usage = {};
  #assumedGbSeconds = 0;
  #executions = new Set<string>();
  #hiddenWrites: HiddenWrite[] = [];
  #fault: unknown;
  readonly #memoryGb = new Map<string, number>();
  readonly #keysOf = new Map<string, string[]>();
  readonly #indexKeysOf = new Map<string, string[]>();
  readonly #dynamoDb = new DynamoDbUsage(
    (table) => this.#keysOf.get(table) ?? [],
    (table) => this.#indexKeysOf.get(table) ?? [],
  );

  watch(system: BenchSystem): void {
    this.#system = system;
    for (const { ref, properties } of system.functions)
      this.#memoryGb.set(ref, v.parse(functionMemory, properties).MemorySize / 1024);
    for (const { ref, properties } of system.tables) {
      const keys = v.parse(tableKeys, properties);
      this.#keysOf.set(ref, namesIn(keys));
      for (const index of keys.GlobalSecondaryIndexes) this.#indexKeysOf.set(ref, namesIn(index));
    }
  }

  onExchange(exchange: Exchange): void {
    try {
      this.#add(this.#read(exchange));
    } catch (error) {
      this.#fault ??= error;
    }
  }

  onInvocation({ functionName, payload, milliseconds }: Invocation): void {
    const memoryGb = this.#memoryGb.get(functionName) ?? 0;
    const assumed = v.is(channelTask, payload)
      ? assumedMs.channel
      : assumedMs.other + assumedMs.each * (givenIn(payload) - 1);
    this.#assumedGbSeconds += (memoryGb * assumed) / 1000;
    this.#add({ lambdaRequests: 1, lambdaGbSeconds: (memoryGb * Math.ceil(milliseconds)) / 1000 });
    if (v.is(records, payload)) {
      const { Records } = payload;
      // What polls the queue for Lambda receives and deletes up to ten messages by a request each.
      this.#add({ sqsRequests: 2 * Math.ceil(Records.length / 10) });
      // Of a failed push, and by End User Messaging.
      this.#add({ snsPublishes: Records.filter(({ body }) => /"eventType"/i.test(body)).length });
    }
    if (v.is(logs, payload)) {
      const text = gunzipSync(Buffer.from(payload.awslogs.data, "base64")).toString();
      const { messageType, logEvents } = v.parse(logData, JSON.parse(text));
      if (messageType === "DATA_MESSAGE") for (const { message } of logEvents) this.#log(message, 0);
    }
  }

  onLog(_functionName: string, line: string): void {
    this.#log(line, lambdaLogBytes);
  }

  /** All since the last call; nothing may be under way. */
  async take(): Promise<Counted> {
    if (this.#fault !== undefined) throw this.#fault;
    for (const write of this.#hiddenWrites.splice(0))
      this.#add(this.#dynamoDb.write(write, await this.#sizeOf(write)));
    for (const executionArn of this.#executions) {
      const events = await this.#history(executionArn);
      this.#add({ stateTransitions: statesEntered(events), logGb: logBytesOf(events) / gigabyte });
    }
    this.#add({ dynamoDbGbMonths: (this.#dynamoDb.takeStoredBytes() / gigabyte) * retentionMonths });
    const counted = { usage: this.#usage, assumedGbSeconds: this.#assumedGbSeconds };
    this.#usage = {};
    this.#assumedGbSeconds = 0;
    this.#executions.clear();
    return counted;
  }

  #add(usage: Usage): void {
    this.#usage = addUsage(this.#usage, usage);
  }

  #log(line: string, around: number): void {
    this.#add({ logGb: (Buffer.byteLength(line) + around + logEventBytes) / gigabyte });
  }

  #read({ port, path, headers, requestBody, status, responseBody }: Exchange): Usage {
    const system = this.#system;
    if (system === undefined) return {};
    const portOf = (url: string) => Number(new URL(url).port);
    if (port === portOf(system.api))
      return {
        httpApiRequests: Math.max(1, Math.ceil(requestBody.length / (512 * 1024))),
        dataOutGb: (responseBody.length + headerBytes) / gigabyte,
      };
    if (port === portOf(system.carrier))
      return /^\/v\d/.test(path) ? { dataOutGb: (requestBody.length + headerBytes) / gigabyte } : {};
    if (port !== portOf(system.aws)) return {};
    const [, caller, service] =
      /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? "") ?? [];
    // The bench's own reads.
    if (caller === "local") return {};
    const action = String(headers["x-amz-target"]).split(".").at(-1) ?? "";
    switch (service) {
      case "dynamodb": {
        const read = this.#dynamoDb.read(action, parse(requestBody), status, parse(responseBody));
        if (!("key" in read)) return read;
        this.#hiddenWrites.push(read);
        return {};
      }
      case "sqs":
        return { sqsRequests: Math.max(1, Math.ceil(requestBody.length / (64 * 1024))) };
      case "sns":
        // A phone or a device is the provider's bill.
        return new URLSearchParams(requestBody.toString()).has("TopicArn") ? { snsPublishes: 1 } : {};
      // The provider's bill.
      case "sms-voice":
        return {};
      case "states":
        if (action === "StartExecution" && status === 200)
          this.#executions.add(v.parse(started, parse(responseBody)).executionArn);
        return {};
      // Standard parameters, read with standard throughput, cost nothing.
      case "ssm":
        return {};
      default:
        throw new Error(`the bill does not know what ${service} takes`);
    }
  }

  async #sizeOf({ table, key }: HiddenWrite): Promise<number> {
    const port = Number(new URL(this.#system?.aws ?? "").port);
    const body = { TableName: table, Key: key, ConsistentRead: true };
    const { Item } = (await callJson(port, "dynamodb", "DynamoDB_20120810.GetItem", body)) as {
      Item?: Parameters<typeof sizeOnAws>[0];
    };
    return Item ? sizeOnAws(Item) : 0;
  }

  async #history(executionArn: string): Promise<{ type: string }[]> {
    const asked = { executionArn, maxResults: 1000, includeExecutionData: false };
    const answer = await this.#system?.stepFunctions.handle("GetExecutionHistory", asked);
    return v.parse(history, answer).body.events;
  }
}

/** How many messages or records an invocation was given: of a batch in a request, a queue or a stream. */
export function givenIn(payload: unknown): number {
  if (v.is(recordsOfAnySource, payload)) return payload.Records.length;
  return v.is(batchRequest, payload) ? v.parse(jsonArray, payload.body).length : 1;
}

const parse = (body: Buffer): unknown => JSON.parse(body.toString() || "{}");
