/**
 * The functions of one message's way in one process, each called by what calls it on AWS, with that caller's retries: an HTTP
 * client that repeats under its Idempotency-Key, the real state machine, SQS with its visibility and its dead letters. The
 * tables are the local DynamoDB's, by the real client; every call of a function can meet a fault.
 */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ExecutionAlreadyExists, type SFNClient, TaskDoesNotExist, TaskTimedOut } from "@aws-sdk/client-sfn";
import type { SQSRecord } from "aws-lambda";
import { createAppReceipts } from "../../../functions/app-receipts/handler.ts";
import { createCircuitsTable } from "../../../functions/aws/circuits-table.ts";
import { createContactsTable } from "../../../functions/aws/contacts-table.ts";
import { createIdempotencyKeysTable } from "../../../functions/aws/idempotency-keys-table.ts";
import { createMessagesTable } from "../../../functions/aws/messages-table.ts";
import { createProfilesTable } from "../../../functions/aws/profiles-table.ts";
import {
  executionArn,
  failTask,
  startExecution,
  stopExecution,
  succeedTask,
} from "../../../functions/aws/step-functions.ts";
import { createCancelMessage } from "../../../functions/cancel-message/handler.ts";
import type { Outbound } from "../../../functions/channels/channel.ts";
import { type Circuit, createCircuit } from "../../../functions/channels/circuit.ts";
import { type HopEvent, runHop } from "../../../functions/channels/hop.ts";
import { signReceiptToken } from "../../../functions/channels/receipt-token.ts";
import { channelById, channels } from "../../../functions/channels/registry.ts";
import {
  type Handle,
  type HttpEvent,
  type HttpResult,
  httpHandler,
} from "../../../functions/http/problem.ts";
import { createIngest } from "../../../functions/ingest/handler.ts";
import { createReceipts } from "../../../functions/receipts/handler.ts";
import type { Queued } from "../../../functions/receipts/receipt.ts";
import type { HopInput } from "../../../functions/routing/execution-input.ts";
import type { Message } from "../../../functions/routing/message.ts";
import { createUndeliverable } from "../../../functions/undeliverable/handler.ts";
import { createClock } from "../../../infra/local/clock.ts";
import { createStepFunctions, LambdaInvocationError } from "../../../infra/local/step-functions/index.ts";
import { definition, type LocalTables, machineArn } from "../fixtures/routing-in-process.ts";
import { Calls, type Planned } from "./faults.ts";
import { lostAnswer, type Story, windowSeconds } from "./story.ts";

export interface Sent {
  channel: string;
  at: string;
}
export interface Told {
  channel: string;
  status: string;
}

/** All that is to be seen at the end of a story. */
export interface Ending {
  story: Story;
  calls: Calls["made"];
  /** How many of the planned faults came to pass. */
  met: number;
  /** What its sender was told, when it was accepted. */
  messageId: string | undefined;
  stored: Message | undefined;
  /** Of the execution; undefined where none was started. */
  execution: string | undefined;
  /** What the providers took. */
  sent: Sent[];
  /** The receipts that were given to their function until it took them. */
  told: Told[];
  deadLetters: Queued[];
}

const receiptKey = "a key of 32 characters, or about";
const client = "c1";
const mostTries = 8;
const visibilityMs = 60_000;
const mostReceives = 6;
/** Longer than a window, shorter than the function's time-out. */
const stallMs = (windowSeconds + 10) * 1000;
const stepMs = 2_500;
const longestMs = 15 * 60_000;

let count = 0;

export function createWorld(tables: LocalTables) {
  const clock = createClock();
  const now = () => new Date(clock.now());
  const after = (milliseconds: number) =>
    new Promise<void>((resolve) => void clock.schedule(milliseconds, resolve));
  const calls = new Calls(() => after(stallMs));

  const dynamoDb = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${tables.port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const sendToDynamoDb = dynamoDb.send.bind(dynamoDb) as (command: object) => Promise<unknown>;
  Object.assign(dynamoDb, {
    send: (command: object) =>
      calls.through("DynamoDB", command.constructor.name, () => sendToDynamoDb(command)),
  });
  const messages = createMessagesTable(dynamoDb, "messages");
  const contacts = createContactsTable(dynamoDb, "contacts", 30);
  const profiles = createProfilesTable(dynamoDb, "profiles");
  const keys = createIdempotencyKeysTable(dynamoDb, "idempotencyKeys", 24);
  const circuitsTable = createCircuitsTable(dynamoDb, "circuits");

  const run = new Map<string, (payload: unknown) => Promise<unknown>>();
  const machine = createStepFunctions({
    clock,
    invoke: (arn, payload) => {
      const name = arn.split(":").at(-1) ?? "";
      return calls.invoke(channelById.has(name) ? `channel ${name}` : name, async () =>
        run.get(name)?.(payload),
      );
    },
  });
  machine.addStateMachine({ name: "routing", arn: machineArn, definition });
  const stepFunctions = {
    send: (command: { input: object }) => {
      const action = command.constructor.name.replace(/Command$/, "");
      return calls.through("Step Functions", action, async () => {
        const { status, body } = await machine.handle(action, command.input);
        if (status !== 200) throw serviceException(body);
        return body;
      });
    },
  } as unknown as SFNClient;
  const succeed = (taskToken: string, output: object) => succeedTask(stepFunctions, taskToken, output);
  const fail = (taskToken: string, error: string, cause: string) =>
    failTask(stepFunctions, taskToken, error, cause);

  /** Of the story that runs. */
  let ending: Ending;
  /** The number of that story, of all worlds. */
  let number = 0;
  const open = new Set<object>();
  /** What is on its way to a function, and is not there yet. */
  const later = (milliseconds: number, what: () => Promise<void>) => {
    const waiting = {};
    open.add(waiting);
    clock.schedule(milliseconds, () => void what().finally(() => open.delete(waiting)));
  };

  // The functions.
  const ingest = httpHandler(() =>
    createIngest({
      messages,
      profiles,
      contacts,
      keys,
      start: (messageId, input) => startExecution(stepFunctions, machineArn, messageId, input),
      bench: { channels: channelById, absent: {} },
      prices: {},
      retentionDays: 30,
      now,
    }),
  );
  const cancelMessage = httpHandler(() =>
    createCancelMessage({
      messages,
      stop: (messageId) =>
        stopExecution(stepFunctions, executionArn(machineArn, messageId), {
          error: "Cancelled",
          cause: "DELETE",
        }),
      now,
    }),
  );
  const settling = { messages, contacts, succeedTask: succeed, failTask: fail, now };
  const appReceipts = httpHandler(() => {
    const take = createAppReceipts(settling);
    const handle: Handle = (event) => take(event, receiptKey);
    return handle;
  });
  const putBack = new Map<string, number>();
  const takeReceipts = createReceipts({
    ...settling,
    comeBackIn: (seconds, receiptHandle) =>
      calls.through("SQS", "ChangeMessageVisibility", async () => void putBack.set(receiptHandle, seconds)),
    pause: async () => {},
  });
  run.set("undeliverable", (payload) => createUndeliverable(messages, now)(payload as HopInput));
  for (const channel of channels)
    run.set(channel.id, (payload) =>
      runHop(payload as HopEvent, {
        channel,
        messages,
        contacts,
        circuit: circuitOf(channel.id),
        send: (message) =>
          calls.through("provider", `send by ${channel.id}`, () => sendBy(channel.id, message)),
        succeedTask: succeed,
        now,
        pause: async () => {},
      }),
    );

  let circuits = new Map<string, Circuit>();
  /** Each story has circuits of its own. */
  const circuitKey = (channel: string) => `${channel} of story ${number}`;
  function circuitOf(channel: string): Circuit {
    const known = circuits.get(channel);
    if (known !== undefined) return known;
    const made = createCircuit({
      channel: circuitKey(channel),
      table: circuitsTable,
      now,
      tell: async () => {},
    });
    circuits.set(channel, made);
    return made;
  }

  // Their callers.
  let refused = new Map<string, number>();
  async function sendBy(channel: string, message: Outbound): Promise<{ providerMessageIds: [string] }> {
    const { refuses, losesAnswer, saysBeforeAnswer, says = [] } = ending.story.providers[channel] ?? {};
    const before = refused.get(channel) ?? 0;
    if (refuses && before < refuses.times) {
      refused.set(channel, before + 1);
      throw refuses.error();
    }
    const sentAt = now().toISOString();
    ending.sent.push({ channel, at: sentAt });
    const providerMessageId = `${channel}-${message.messageId}-${ending.sent.length}`;
    for (const { status, afterMs } of says)
      later(afterMs, () => tell(message, { channel, status, providerMessageId, sentAt }));
    if (saysBeforeAnswer)
      await tell(message, { channel, status: saysBeforeAnswer, providerMessageId, sentAt });
    if (losesAnswer) throw lostAnswer();
    return { providerMessageIds: [providerMessageId] };
  }

  interface Word {
    channel: string;
    status: "delivered" | "read" | "failed";
    providerMessageId: string;
    sentAt: string;
  }
  function tell(message: Outbound, word: Word): Promise<void> {
    ending.told.push({ channel: word.channel, status: word.status });
    return word.channel === "appMessaging" && word.status !== "failed"
      ? tellByApp(message, word.status)
      : receive(queuedOf(message, word), 1);
  }

  function queuedOf(
    { messageId, addresses }: Outbound,
    { channel, status, providerMessageId, sentAt }: Word,
  ): Queued {
    const error = { name: "Undeliverable", message: "no" };
    const news = { channel, status, at: now().toISOString(), ...(status === "failed" ? { error } : {}) };
    switch (channel) {
      case "whatsApp":
        return { names: "messageId", messageId, providerMessageId, ...news };
      case "sms":
        return { names: "address", address: addresses.phoneNumber ?? "", sentAt, providerMessageId, ...news };
      case "fbMessenger": {
        const address = addresses.fbMessengerId ?? "";
        return { names: "watermark", address, watermark: sentAt, providerMessageIds: [], ...news };
      }
      default:
        return { names: "providerMessageId", providerMessageId, ...news };
    }
  }

  /** SQS: what is not taken comes again, some times. */
  async function receive(item: Queued, receiveCount: number): Promise<void> {
    const receiptHandle = `${JSON.stringify(item)} ${receiveCount}`;
    const attributes = { ApproximateReceiveCount: `${receiveCount}` };
    const record = { messageId: "r", receiptHandle, body: JSON.stringify(item), attributes };
    const isTaken = await calls
      .invoke("receipts", () => takeReceipts({ Records: [record as unknown as SQSRecord] }))
      .then(
        ({ batchItemFailures }) => batchItemFailures.length === 0,
        () => false,
      );
    if (isTaken) return;
    const seconds = putBack.get(receiptHandle);
    putBack.delete(receiptHandle);
    if (receiveCount >= mostReceives) ending.deadLetters.push(item);
    else later(seconds === undefined ? visibilityMs : seconds * 1000, () => receive(item, receiveCount + 1));
  }

  /** The app repeats what failed on the other side. */
  async function tellByApp({ messageId }: Outbound, status: string): Promise<void> {
    // Time does not go on meanwhile.
    calls.running += 1;
    const token = await signReceiptToken(messageId, receiptKey);
    calls.running -= 1;
    const event = { body: JSON.stringify({ token, status }) };
    await request("app receipts", appReceipts, event, 2000);
  }

  /** An HTTP client that repeats as long as it is worth it. */
  async function request(
    functionName: string,
    handler: (event: HttpEvent, context: never) => Promise<HttpResult>,
    event: object,
    pauseMs: number,
  ): Promise<HttpResult> {
    const whole = {
      headers: {},
      isBase64Encoded: false,
      requestContext: { authorizer: { lambda: { client } } },
      ...event,
    } as unknown as HttpEvent;
    for (let tries = 1; ; tries++) {
      const answer = await calls
        .invoke(functionName, () => handler(whole, {} as never))
        .catch((error: unknown): HttpResult => {
          if (error instanceof LambdaInvocationError) return { statusCode: 500 };
          throw error;
        });
      if ((answer.statusCode ?? 500) < 500 || tries >= mostTries) return answer;
      await after(pauseMs);
    }
  }

  /** Until no function works and nothing goes on by itself. */
  async function settle(): Promise<void> {
    for (let quiet = 0; quiet < 5; quiet = calls.running === 0 ? quiet + 1 : 0)
      await new Promise((resolve) => setImmediate(resolve));
  }

  async function submit({ rules, withProfile, expiresAfterMs, cancelledAfterMs }: Story): Promise<void> {
    const to = {
      ...(withProfile ? { profileId: `profile-${number}` } : {}),
      phoneNumber: `+4471${String(number).padStart(8, "0")}`,
      fbMessengerId: `psid-${number}`,
      appDevices: [{ platform: "fcm", token: `device-${number}` }],
    };
    const body = JSON.stringify({
      to,
      body: "Hello",
      rules: rules.map((rule) => ({ ...rule, fallbackAfter: windowSeconds })),
      ...(expiresAfterMs === undefined
        ? {}
        : { expiresOn: new Date(clock.now() + expiresAfterMs).toISOString() }),
    });
    const event = { routeKey: "POST /messages", headers: { "idempotency-key": `key-${number}` }, body };
    const answer = await request("ingest", ingest, event, 1000);
    if (answer.statusCode !== 201) throw new Error(`ingest answered ${answer.statusCode}: ${answer.body}`);
    const { messageId } = JSON.parse(answer.body ?? "") as { messageId: string };
    const named = { pathParameters: { messageId } };
    if (cancelledAfterMs !== undefined)
      later(cancelledAfterMs, async () => void (await request("cancel", cancelMessage, named, 1000)));
    ending.messageId = messageId;
  }

  async function openCircuit(channel: string, state: "open" | "to be probed"): Promise<void> {
    const at = (milliseconds: number) => new Date(clock.now() + milliseconds).toISOString();
    const [since, closedUntil] = [at(-60_000), at(state === "open" ? longestMs : -1000)];
    await tables.circuits.open(circuitKey(channel), { since, closedUntil, pauseSeconds: 30 });
  }

  /** Tells the story to its end, with these faults on the way. */
  async function tellStory(story: Story, plan: readonly Planned[]): Promise<Ending> {
    count += 1;
    number = count;
    calls.begin(plan);
    refused = new Map();
    circuits = new Map();
    for (const [channel, state] of Object.entries(story.circuits ?? {})) await openCircuit(channel, state);
    ending = {
      story,
      calls: [],
      met: 0,
      messageId: undefined,
      stored: undefined,
      execution: undefined,
      sent: [],
      told: [],
      deadLetters: [],
    };
    later(0, () => submit(story));
    const end = clock.now() + longestMs;
    await clock.advance(0);
    const isOver = () => machine.openExecutions() + calls.standing + open.size === 0 || clock.now() > end;
    for (await settle(); !isOver(); await settle()) await clock.advance(stepMs);
    const { messageId } = ending;
    return {
      ...ending,
      calls: calls.made,
      met: calls.met,
      stored: messageId === undefined ? undefined : await tables.messages.get(messageId),
      execution: messageId === undefined ? undefined : await executionOf(messageId),
    };
  }

  async function executionOf(messageId: string): Promise<string | undefined> {
    const { status, body } = await machine.handle("DescribeExecution", {
      executionArn: executionArn(machineArn, messageId),
    });
    return status === 200 ? String((body as { status: unknown }).status) : undefined;
  }

  return {
    tellStory,
    stop: () => {
      machine.stop();
      clock.stop();
      dynamoDb.destroy();
    },
  };
}
export type World = ReturnType<typeof createWorld>;

const exceptions = { TaskTimedOut, TaskDoesNotExist, ExecutionAlreadyExists };

/** As the SDK's client throws what the service refuses. */
function serviceException(body: unknown): Error {
  const { __type: name, message } = body as { __type: string; message: string };
  const Kind = Object.entries(exceptions).find(([known]) => known === name)?.[1];
  return Kind ? new Kind({ message, $metadata: {} }) : Object.assign(new Error(message), { name });
}
