/**
 * Other ways to build the same thing, as the units that each uses for one message. Modelled, not run: the steps are those of
 * the published definitions, sizes and durations those of our own bill. Pure.
 *
 * (a) AWS's "Job Poller" sample (submit, wait, get status, choose), one such loop a channel.
 * (b) aws-samples/omnichannel-fallback-messaging (67ede99): a REST API that puts into a queue, a primary and a secondary
 *     handler, and a delay queue between them; two channels, so further ones repeat the secondary.
 * (c) Lambda durable functions: an operation each to start, send, and wait for the callback; 2 KB written an execution.
 * (d) A hybrid: the first channel is sent without an execution, with a one-shot schedule as its window; an execution
 *     starts where it fails.
 */
import { assumedMs } from "./count-usage.ts";
import { addUsage, scaleUsage, type Usage } from "./prices.ts";

/** How a message goes: so many channels are tried, the last one delivers or not. */
export interface Course {
  tried: number;
  delivered: boolean;
  /** How long a channel that fails is waited for; 0: it refuses at once. */
  silentSeconds: number;
}

export interface DesignModel {
  id: string;
  name: string;
  usage: (course: Course) => Usage;
}

/** How often the loop looks, and when a delivered message's receipt is there. */
const pollSeconds = 10;
const receiptSeconds = 15;
const memoryGb = 0.25;

const invocation = (milliseconds: number): Usage => ({
  lambdaRequests: 1,
  lambdaGbSeconds: (memoryGb * milliseconds) / 1000,
  logGb: 0.3e-6,
});
const send = invocation(assumedMs.channel);
const short = invocation(assumedMs.other);
const storage: Usage = { dynamoDbGbMonths: 2e-6 };
/** Receives a provider's receipt and records it: a request, a function, a write. */
const receipt = addUsage({ httpApiRequests: 1, dynamoDbWriteUnits: 2 }, short);
/** Takes a message by HTTP and stores it. */
const intake = addUsage({ httpApiRequests: 1, dynamoDbWriteUnits: 2 }, short, storage);
const times = (usage: Usage, count: number) => scaleUsage(usage, count);

function pollLoop({ tried, delivered, silentSeconds }: Course): Usage {
  // Wait, get the status, choose.
  const polls = (seconds: number) => {
    const looks = Math.ceil(seconds / pollSeconds);
    return addUsage({ stateTransitions: 3 * looks, dynamoDbReadUnits: looks }, times(short, looks));
  };
  // The order is the request's: a choice goes before each send. A refusal is caught without a state of its own.
  const sent = addUsage({ stateTransitions: 2, dynamoDbWriteUnits: 2 }, send);
  const failed = addUsage(sent, polls(silentSeconds));
  const reached = addUsage(sent, polls(receiptSeconds), receipt, { stateTransitions: 1 });
  const lost = addUsage({ stateTransitions: 3, dynamoDbWriteUnits: 2 }, short);
  return addUsage(intake, times(failed, delivered ? tried - 1 : tried), delivered ? reached : lost);
}

function delayQueue({ tried, delivered }: Course): Usage {
  const queued: Usage = { sqsRequests: 3 };
  // API Gateway sends to the queue, and its access and execution logs are on.
  const primary = addUsage({ restApiRequests: 1, logGb: 4e-6, dynamoDbWriteUnits: 1 }, queued, send, storage);
  // The delay queue brings every message back, delivered or not: the handler reads its status.
  const look = addUsage(queued, { dynamoDbReadUnits: 0.5 });
  const further = addUsage(look, send, { dynamoDbWriteUnits: 1 });
  const event = addUsage(short, { snsPublishes: 1, dynamoDbWriteUnits: 1 });
  return addUsage(
    primary,
    times(further, tried - 1),
    delivered ? addUsage(look, short, event) : {},
    times(event, delivered ? tried - 1 : tried),
  );
}

function durable({ tried, delivered }: Course): Usage {
  // Start; then a step and a callback a channel, of which a refused one needs the step alone.
  const operations = 1 + 2 * tried - (delivered ? tried - 1 : tried);
  // The first invocation runs until it waits; the callback's replay ends it, or sends by the next channel.
  const invocations = addUsage(times(send, tried), delivered ? addUsage(short, receipt) : {});
  return addUsage(intake, invocations, {
    durableOperations: operations,
    durableGbWritten: 2e-6,
    durableGbMonths: 2e-6 * (14 / 30),
    dynamoDbWriteUnits: 2 * tried,
  });
}

function hybrid(course: Course): Usage {
  const { tried, delivered } = course;
  const first = addUsage(intake, send, { dynamoDbWriteUnits: 4, schedulerInvocations: 1 });
  if (tried === 1 && delivered) return addUsage(first, receipt);
  // The execution has the channels that are left, in as many states as this service's, and three more where none delivers.
  const left = tried - 1;
  const states = 2 * left - 1 + (delivered ? 0 : 3);
  return addUsage(
    first,
    { stateTransitions: states, dynamoDbWriteUnits: 4 * left },
    times(send, left),
    delivered ? receipt : short,
  );
}

export const designModels: readonly DesignModel[] = [
  { id: "pollLoop", name: `(a) wait and poll, each ${pollSeconds} s`, usage: pollLoop },
  { id: "delayQueue", name: "(b) a function a channel, delay queue", usage: delayQueue },
  { id: "durable", name: "(c) Lambda durable functions", usage: durable },
  { id: "hybrid", name: "(d) execution only after a failure", usage: hybrid },
];
