/** What became of a storm's messages, read once at its end: the table, the phones, the executions, the dead letters. */
import { DynamoDBClient, ScanCommand, type ScanCommandOutput } from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { parseItem } from "../../functions/aws/dynamodb.ts";
import { type Message, storedMessage } from "../../functions/domain/message/message.ts";
import type { ArrivedMessage } from "../../infra/local/carrier/phones.ts";
import type { Channel } from "../../infra/local/carrier/sends.ts";
import { region } from "../../infra/local/cloudformation.ts";
import type { System } from "../../infra/local/system.ts";
import { isHostile } from "./hostile.ts";
import type { Observed } from "./observed.ts";
import { indexOf, type PlannedMessage } from "./plan.ts";
import { connectQueues, type Depth } from "./queues.ts";
import { bodyOf } from "./submitter.ts";

/** All that is known of one planned message. */
export interface MessageEvidence {
  index: number;
  body: string;
  planned: PlannedMessage;
  observed: Observed["messages"][number];
  /** More than one would be a message that was taken twice. */
  stored: Message[];
  /** The statuses of the executions of these. */
  executions: string[];
  /** Why it was refused, as the answer to its caller or its dead letters say. */
  refusals: string[];
  /** What arrived at the customer's phones, by channel. */
  arrived: Partial<Record<Channel, ArrivedMessage[]>>;
}

export interface Evidence {
  messages: MessageEvidence[];
  executions: number;
  storedMessages: number;
  queues: Depth[];
  deadLetters: DeadLetter[];
  /** The phones of hostile messages that something arrived at. */
  hostileArrivals: string[];
}

export interface DeadLetter {
  body: string;
  /** Why it was parked; empty where SQS did it. */
  reason: string;
  /** The message before which it was put, where it is a hostile one. */
  hostile?: number;
}

const metadata = v.object({ storm: v.number() });
const queued = v.object({ metadata });
const queuedHostile = v.object({ metadata: v.object({ hostile: v.number() }) });

export async function gatherEvidence(
  system: System,
  plan: readonly PlannedMessage[],
  observed: Observed,
  name: string,
): Promise<Evidence> {
  const executions = await executionStatuses(system);
  const messages = plan.map(
    (planned, index): MessageEvidence => ({
      index,
      body: bodyOf(name, index, planned),
      planned,
      observed: observed.messages[index] as Observed["messages"][number],
      stored: [],
      executions: [],
      refusals: [...(observed.messages[index]?.refusals ?? [])],
      arrived: {},
    }),
  );
  let storedMessages = 0;
  for await (const message of storedIn(system)) {
    storedMessages += 1;
    const parsed = v.safeParse(metadata, message.metadata);
    const evidence = parsed.success ? messages[parsed.output.storm] : undefined;
    evidence?.stored.push(message);
    const status = executions.get(message.messageId);
    if (status !== undefined) evidence?.executions.push(status);
  }
  const hostileArrivals = await readPhones(system, messages);
  const queues = await connectQueues(system.aws);
  try {
    const deadLetters = (await queues.dead()).map(
      ({ Body: body = "", MessageAttributes = {} }): DeadLetter => {
        const reason = MessageAttributes.Reason?.StringValue ?? "";
        const hostile = v.safeParse(queuedHostile, JSON.parse(body));
        return { body, reason, ...(hostile.success ? { hostile: hostile.output.metadata.hostile } : {}) };
      },
    );
    for (const { body, reason } of deadLetters) {
      const refused = v.safeParse(queued, JSON.parse(body));
      if (refused.success) messages[refused.output.metadata.storm]?.refusals.push(reason);
    }
    return {
      messages,
      // Without those of resumed routes, which are recognized by their names.
      executions: [...executions.keys()].filter((name) => !name.includes("-after-")).length,
      storedMessages,
      queues: await queues.depths(),
      deadLetters,
      hostileArrivals,
    };
  } finally {
    queues.stop();
  }
}

async function* storedIn({ aws, outputs }: System): AsyncGenerator<Message> {
  const client = new DynamoDBClient({
    endpoint: aws,
    region,
    credentials: { accessKeyId: "storm", secretAccessKey: "storm" },
  });
  let ExclusiveStartKey: ScanCommandOutput["LastEvaluatedKey"];
  do {
    const page: ScanCommandOutput = await client.send(
      new ScanCommand({ TableName: outputs.MessagesTableName, ConsistentRead: true, ExclusiveStartKey }),
    );
    for (const item of page.Items ?? []) yield parseItem(storedMessage, item);
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  client.destroy();
}

const machineList = v.object({ stateMachines: v.array(v.looseObject({ stateMachineArn: v.string() })) });
const executionPage = v.object({
  executions: v.array(v.looseObject({ name: v.string(), status: v.string() })),
  nextToken: v.optional(v.string()),
});

/** By messageId: `RUNNING` where one of its executions does. */
async function executionStatuses({ stepFunctions }: System): Promise<Map<string, string>> {
  const statuses = new Map<string, string>();
  const { body: listed } = await stepFunctions.handle("ListStateMachines", {});
  for (const { stateMachineArn } of v.parse(machineList, listed).stateMachines) {
    let nextToken: string | undefined;
    do {
      const { body } = await stepFunctions.handle("ListExecutions", {
        stateMachineArn,
        maxResults: 1000,
        ...(nextToken === undefined ? {} : { nextToken }),
      });
      const page = v.parse(executionPage, body);
      for (const { name, status } of page.executions) {
        // A route that was resumed is gone on with by another execution of the same message.
        const [messageId = ""] = name.split("-after-");
        if (statuses.get(messageId) !== "RUNNING") statuses.set(messageId, status);
      }
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
  }
  return statuses;
}

/** Answers the addresses of hostile messages that something arrived at. */
async function readPhones({ carrier }: System, messages: readonly MessageEvidence[]): Promise<string[]> {
  const hostile: string[] = [];
  const phones = (await (await fetch(`${carrier}/carrier`)).json()) as Record<
    Channel,
    { address: string; messages: ArrivedMessage[] }[]
  >;
  for (const [channel, list] of Object.entries(phones) as [Channel, (typeof phones)[Channel]][])
    for (const { address, messages: arrived } of list) {
      if (isHostile(address) && arrived.length > 0) hostile.push(address);
      const evidence = messages[indexOf(address)];
      if (evidence && arrived.length > 0 && !isHostile(address)) evidence.arrived[channel] = arrived;
    }
  return hostile;
}
