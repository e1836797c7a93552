/**
 * The states of the definition one by one: each with an input, what its function answers or how it fails, and what must follow. The
 * local engine runs them in test/unit/states.test.ts, AWS's own by TestState, which takes a mock in place of the function:
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html
 */
import { isDeepStrictEqual } from "node:util";
import { type SFNClient, TestStateCommand, type TestStateCommandOutput } from "@aws-sdk/client-sfn";
import { channels } from "../../../functions/channels/registry.ts";
import {
  failedState,
  nextChannel,
  quietHoursState,
  stateMachineDefinition,
  undeliverableState,
} from "../../state-machine-definition.ts";

export interface StateCase {
  state: string;
  /** What is shown by it. */
  what: string;
  input: object;
  /** Of a task. */
  mock?: { result: object } | { error: string; cause: string };
  /** How often the state was tried again before. */
  retried?: number;
  expected: {
    status: "SUCCEEDED" | "RETRIABLE" | "CAUGHT_ERROR" | "FAILED";
    nextState?: string;
    output?: object;
    error?: string;
    cause?: string;
  };
}

export const functionArnOf = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
const [first] = channels;
if (first === undefined) throw new Error("there is no channel");
export const definition = stateMachineDefinition(
  first,
  channels,
  ({ id }) => functionArnOf(id),
  functionArnOf("undeliverable"),
);

/** How often a failed hop is tried again, by its error. */
const retries = {
  Throttled: 2,
  ProviderUnavailable: 2,
  HopInterrupted: 3,
  SecretsUnavailable: 3,
  "Lambda.ServiceException": 3,
  "Lambda.AWSLambdaException": 3,
  "Lambda.SdkClientException": 3,
  "Lambda.ClientExecutionTimeoutException": 3,
  "Lambda.Unknown": 3,
  "Sandbox.Timedout": 3,
  "Runtime.ExitError": 3,
  "Runtime.OutOfMemory": 3,
  "Lambda.TooManyRequestsException": 20,
  TextRefused: 1,
};
const cause = "as it was told";
const [past, future] = ["2026-01-01T00:00:00Z", "2099-01-01T00:00:00Z"];

const next = { messageId: "m", channel: "undeliverable", previous: "sms" };
const hop = (channel: string) => ({ messageId: "m", channel, timeoutSeconds: 300, next, skipped: {} });

const ofChannels = channels.flatMap((channel): StateCase[] => {
  const [state, input] = [channel.name, hop(channel.id)];
  const caught = (error: string): StateCase["expected"] => ({
    status: "CAUGHT_ERROR",
    nextState: nextChannel,
    output: { ...input, next: { ...next, failed: { Error: error, Cause: cause } } },
  });
  const quietUntil = (Cause: string) => ({ ...input, quiet: { Error: "QuietHours", Cause } });
  return [
    {
      state,
      what: "ends the execution where it reached the customer",
      input,
      mock: { result: { status: "delivered" } },
      expected: { status: "SUCCEEDED", output: { status: "delivered" } },
    },
    ...["NotRegistered", "Undeliverable", "States.Timeout"].map((error) => ({
      state,
      what: `goes on after ${error}`,
      input,
      mock: { error, cause },
      expected: caught(error),
    })),
    ...Object.entries(retries).flatMap(([error, most]): StateCase[] => [
      {
        state,
        what: `is tried again after ${error}`,
        input,
        mock: { error, cause },
        retried: most - 1,
        expected: { status: "RETRIABLE" },
      },
      {
        state,
        what: `goes on after ${most + 1} times ${error}`,
        input,
        mock: { error, cause },
        retried: most,
        expected: caught(error),
      },
    ]),
    {
      state,
      what: "waits in quiet hours",
      input,
      mock: { error: "QuietHours", cause: future },
      expected: { status: "CAUGHT_ERROR", nextState: quietHoursState(channel), output: quietUntil(future) },
    },
    {
      state,
      what: "ends an expired message",
      input,
      mock: { error: "MessageExpired", cause },
      expected: {
        status: "CAUGHT_ERROR",
        nextState: undeliverableState,
        output: { ...input, expired: { Error: "MessageExpired", Cause: cause } },
      },
    },
    {
      state: quietHoursState(channel),
      what: "returns when they are over",
      input: quietUntil(past),
      expected: { status: "SUCCEEDED", nextState: state, output: quietUntil(past) },
    },
    {
      state: nextChannel,
      what: `finds ${channel.id}`,
      input: { messageId: "m", channel: "gone", next: hop(channel.id) },
      expected: { status: "SUCCEEDED", nextState: state, output: hop(channel.id) },
    },
  ];
});

export const stateCases: readonly StateCase[] = [
  ...ofChannels,
  ...["undeliverable", "pigeon"].map(
    (channel): StateCase => ({
      state: nextChannel,
      what: `ends at ${channel}`,
      input: { messageId: "m", channel: "sms", next: { ...next, channel } },
      expected: { status: "SUCCEEDED", nextState: undeliverableState, output: { ...next, channel } },
    }),
  ),
  {
    state: undeliverableState,
    what: "has the message's end recorded",
    input: next,
    mock: {
      result: { ExecutedVersion: "$LATEST", Payload: { error: "Undeliverable", cause }, StatusCode: 200 },
    },
    expected: { status: "SUCCEEDED", nextState: failedState, output: { error: "Undeliverable", cause } },
  },
  {
    state: undeliverableState,
    what: "is tried again whatever happened",
    input: next,
    mock: { error: "Lambda.Unknown", cause },
    retried: 19,
    expected: { status: "RETRIABLE" },
  },
  {
    state: undeliverableState,
    what: "fails after 21 tries",
    input: next,
    mock: { error: "Lambda.Unknown", cause },
    retried: 20,
    expected: { status: "FAILED", error: "Lambda.Unknown", cause },
  },
  {
    state: failedState,
    what: "says why",
    input: { error: "Undeliverable", cause },
    expected: { status: "FAILED", error: "Undeliverable", cause },
  },
];

export const testState = (
  client: SFNClient,
  { state, input, mock, retried }: StateCase,
): Promise<TestStateCommandOutput> =>
  client.send(
    new TestStateCommand({
      definition: JSON.stringify(definition),
      stateName: state,
      input: JSON.stringify(input),
      ...(mock === undefined
        ? {}
        : {
            mock: {
              // The callback's output is the sender's own.
              fieldValidationMode: "NONE" as const,
              ...("error" in mock ? { errorOutput: mock } : { result: JSON.stringify(mock.result) }),
            },
            context: JSON.stringify({ Task: { Token: "token" } }),
          }),
      ...(retried === undefined ? {} : { stateConfiguration: { retrierRetryCount: retried } }),
    }),
  );

/** Where TestState answered something else. A caught error is in its answer beside what is expected. */
export function differencesOnAws(
  answer: Pick<TestStateCommandOutput, "status" | "nextState" | "output" | "error" | "cause">,
  expected: StateCase["expected"],
): string[] {
  const found = { ...answer, output: answer.output === undefined ? undefined : JSON.parse(answer.output) };
  const fields = [...new Set(["status", "nextState", ...Object.keys(expected)])] as (keyof typeof expected)[];
  return fields
    .filter((field) => !isDeepStrictEqual(found[field], expected[field]))
    .map((field) => `${field} is ${JSON.stringify(found[field])}, not ${JSON.stringify(expected[field])}`);
}
