/**
 * The template's subscription filters of CloudWatch Logs: passes the events of a log group to the subscribed functions. Used
 * by the local system; the carrier writes SNS's delivery logs.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
 */
import { randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import * as v from "valibot";
import type { Clock } from "../clock.ts";
import { accountId, type Resource } from "../cloudformation.ts";
import { Pending } from "../pending.ts";

export interface LogSubscriptionsOptions {
  clock: Clock;
  invoke: (functionArn: string, payload: unknown) => Promise<unknown>;
  /** Sends events that failed in all tries to the function's dead-letter queue. */
  park: (functionArn: string, payload: unknown) => void;
  warn: (text: string) => void;
}

const filterProperties = v.looseObject({
  LogGroupName: v.string(),
  DestinationArn: v.string(),
  FilterName: v.optional(v.string()),
  FilterPattern: v.optional(v.string(), ""),
});

interface Subscription {
  logGroupName: string;
  functionArn: string;
  filterName: string;
}

/** CloudWatch Logs invokes asynchronously: a failed invocation is retried twice. */
const retriesAfterMs = [60_000, 120_000];

export class LogSubscriptions {
  readonly #clock: Clock;
  readonly #invoke: LogSubscriptionsOptions["invoke"];
  readonly #park: LogSubscriptionsOptions["park"];
  readonly #warn: (text: string) => void;
  readonly #pending: Pending;
  readonly #subscriptions: Subscription[] = [];
  /** The same log stream for all groups. */
  readonly #logStream = randomUUID();
  #events = 0;

  constructor({ clock, invoke, park, warn }: LogSubscriptionsOptions) {
    this.#clock = clock;
    this.#invoke = invoke;
    this.#park = park;
    this.#warn = warn;
    this.#pending = new Pending(clock);
  }

  /** The function first gets a control message, by which CloudWatch Logs checks the destination. */
  subscribe({ logicalId, ref, properties }: Resource): void {
    const { LogGroupName, DestinationArn, FilterName, FilterPattern } = v.parse(filterProperties, properties);
    if (FilterPattern.trim() !== "" || !DestinationArn.startsWith("arn:aws:lambda:")) {
      this.#warn(
        `the local run has log subscriptions of functions without a pattern only: ${logicalId} has no effect here`,
      );
      return;
    }
    const filterName = FilterName ?? ref;
    this.#subscriptions.push({ logGroupName: LogGroupName, functionArn: DestinationArn, filterName });
    this.#send(DestinationArn, {
      messageType: "CONTROL_MESSAGE",
      owner: "CloudwatchLogs",
      logGroup: "",
      logStream: "",
      subscriptionFilters: [],
      logEvents: [
        {
          id: "",
          timestamp: this.#clock.now(),
          message: "CWL CONTROL MESSAGE: Checking health of destination Lambda function.",
        },
      ],
    });
  }

  /** Does nothing for a group without a subscription. */
  put(logGroupName: string, message: string): void {
    const event = { id: String(++this.#events).padStart(56, "0"), timestamp: this.#clock.now(), message };
    for (const { functionArn, filterName } of this.#subscriptions.filter(
      (one) => one.logGroupName === logGroupName,
    ))
      this.#send(functionArn, {
        messageType: "DATA_MESSAGE",
        owner: accountId,
        logGroup: logGroupName,
        logStream: this.#logStream,
        subscriptionFilters: [filterName],
        logEvents: [event],
      });
  }

  stop(): void {
    this.#pending.drop();
  }

  #send(functionArn: string, message: object): void {
    const data = gzipSync(JSON.stringify(message)).toString("base64");
    const payload = { awslogs: { data } };
    const attempt = async () => {
      await this.#invoke(functionArn, payload);
      return true;
    };
    void this.#pending.retry(attempt, retriesAfterMs, () => this.#park(functionArn, payload));
  }
}
