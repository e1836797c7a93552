/**
 * Ways to let messages wait for their time: what each costs beside the message itself, listing and planning it again, which all of
 * them have. Modelled, not run: messages come in a batch and go out in the same minute, and each hand-over to the function of
 * the starts is a batch of ten.
 */
import { assumedMs } from "./count-usage.ts";
import { addUsage, scaleUsage, totalCost, type Usage } from "./prices.ts";
import { dollars, type Section } from "./report.ts";

const million = 1_000_000;
const memoryGb = 0.25;
const invocation = (messages: number): Usage => ({
  lambdaRequests: 1,
  lambdaGbSeconds: (memoryGb * (assumedMs.other + assumedMs.each * (messages - 1))) / 1000,
});
/** Received and deleted ten at a time; each message is read. */
const handOver = addUsage(scaleUsage(addUsage(invocation(10), { sqsRequests: 2 }), 1 / 10), {
  dynamoDbReadUnits: 1,
});

interface Way {
  name: string;
  /** Of so many messages of one minute. */
  usage: (messages: number) => Usage;
}
const ways: Way[] = [
  {
    name: "a schedule a message",
    // The batch puts ten at once on the queue, Scheduler each by itself.
    usage: (messages) =>
      scaleUsage(
        addUsage(handOver, { sqsRequests: 1 / 10 }, { schedulerInvocations: 1, sqsRequests: 1 }, handOver),
        messages,
      ),
  },
  {
    name: "a row a message, a schedule a minute",
    // 40 rows of 100 bytes are a unit; the function that reads them puts ten at once on the queue.
    usage: (messages) =>
      addUsage(
        { schedulerInvocations: 1 },
        scaleUsage(invocation(10), Math.ceil(messages / 1000)),
        scaleUsage(
          addUsage({ dynamoDbWriteUnits: 1, dynamoDbReadUnits: 1 / 40, sqsRequests: 1 / 10 }, handOver),
          messages,
        ),
      ),
  },
  {
    name: "an open execution (as before)",
    usage: (messages) => scaleUsage(addUsage(invocation(1), { stateTransitions: 2 }), messages),
  },
];

/** Dollars a million messages. */
export function costToWait({ usage }: Way, messages: number, isFree: boolean): number {
  const { schedulerInvocations = 0, ...others } = usage(messages);
  const billed = isFree ? others : { ...others, schedulerInvocations };
  return (totalCost(billed) / messages) * million;
}

export function schedules(): Section {
  const figures = ways.map((way) => ({
    name: way.name,
    costs: [1, 10_000].flatMap((messages) =>
      [false, true].map((isFree) => costToWait(way, messages, isFree)),
    ),
  }));
  return {
    title: "To wait for sendAt, dollars a million",
    columns: ["alone in its minute", "of the first 14 M", "10,000 in it", "of the first 14 M"],
    rows: figures.map(({ name, costs }) => [name, ...costs.map(dollars)]),
    notes: [
      "modelled (test/bench/schedules.ts); Scheduler's first 14 million invocations of a month are free",
      "(https://aws.amazon.com/eventbridge/pricing/)",
    ],
    figures,
  };
}
