/**
 * How long AWS and the providers take, as published or, where nobody has published it, as assumed: the middle and the 99th
 * percentile in milliseconds, from which the latency model draws (log-normal). `assumed`: what was taken in place of a figure.
 */
export interface Delay {
  p50: number;
  p99: number;
  source?: string;
  assumed?: string;
}

export const delays = {
  /** An HTTP API, its request and its answer together. */
  gateway: {
    p50: 5,
    p99: 10,
    source: "https://aws.amazon.com/blogs/compute/building-better-apis-http-apis-now-generally-available/",
    assumed: "the p50: half of the p99 that AWS names",
  },
  /** From a warm call of Lambda to its function, and back. */
  invoke: { p50: 5, p99: 20, assumed: "no published figure was found" },
  /** One item read or written, as the function sees it. */
  dynamodb: {
    p50: 5,
    p99: 20,
    source: "https://aws.amazon.com/blogs/database/understanding-amazon-dynamodb-latency/",
    assumed:
      "AWS says single-digit milliseconds; the p99 is the upper end of https://dynobase.dev/dynamodb-performance-latency/",
  },
  ssm: { p50: 15, p99: 60, assumed: "no published figure was found" },
  /** The answer of StartExecution alone. */
  start: {
    p50: 25,
    p99: 100,
    assumed: "no published figure was found; with what follows it is 99 (dispatch)",
  },
  /** From the call of StartExecution to the function of its first Task; taken as well from a caught error to the next Task. */
  dispatch: {
    p50: 99.1,
    p99: 250,
    source: "https://bitesizedserverless.com/bite/serverless-messaging-latency-compared/",
  },
  /** From a message's send to a queue to its function. */
  queue: {
    p50: 16.2,
    p99: 105,
    source: "https://bitesizedserverless.com/bite/serverless-messaging-latency-compared/",
  },
  /** A call of SQS. */
  sqs: { p50: 10, p99: 50, assumed: "no published figure was found; with what follows it is 16 (queue)" },
  /** Until a cold function has loaded, a Node.js function with three clients of the SDK; its first event is measured. */
  coldStart: {
    p50: 250,
    p99: 500,
    source:
      "https://speedrun.nobackspacecrew.com/blog/2025/07/21/the-fastest-node-22-lambda-coldstart-configuration.html",
    assumed: "the p99: twice the figure",
  },
  /** A provider's answer: Meta's own 50 to 200 ms, and the way there. */
  provider: {
    p50: 200,
    p99: 600,
    source: "https://wa-guides.com/article/whatsapp-message-template-delivery-latency-global-api-benchmarks",
    assumed: "the p99",
  },
} as const satisfies Record<string, Delay>;
export type DelayName = keyof typeof delays;

/**
 * AWS says that cold starts are typically under 1 % of invocations: half of that.
 * https://aws.amazon.com/blogs/compute/operating-lambda-performance-optimization-part-1/
 */
export const coldShare = 0.005;

/** A function has so much memory for a whole processor: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
export const mbOfOneProcessor = 1769;

/** Two numbers of `random`, from 0 to below 1, make one of the normal distribution. */
const normal = (random: () => number) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
/** Below this many standard deviations are 99 of 100. */
const z99 = 2.3263;

export const drawFrom = ({ p50, p99 }: Pick<Delay, "p50" | "p99">, random: () => number): number =>
  p50 * (p99 / p50) ** (normal(random) / z99);
