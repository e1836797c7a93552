/**
 * The state machine's definition in Amazon States Language (JSONPath), made from the enabled channels. The route
 * travels in the input as a linked list (functions/domain/message/execution-input.ts): each channel is one Task that waits for its
 * token; each failure goes to "Next channel", which shifts the list by one and routes on the channel. There is a machine for
 * each first channel, and they differ in `StartAt` alone: one state transition for the first channel, two for each further
 * one, nothing for one that was skipped.
 */
import type { Channel } from "../functions/domain/channel.ts";

export const nextChannel = "Next channel";
export const undeliverableState = "Undeliverable";
export const failedState = "Message failed";
export const quietHoursState = ({ name }: Pick<Channel, "name">) => `${name} waits for quiet hours to end`;

/** Our own faults, including a crash after the claim: a retry takes over the attempt and never sends again. */
const functionErrors = [
  "HopInterrupted",
  "SecretsUnavailable",
  "Lambda.ServiceException",
  "Lambda.AWSLambdaException",
  "Lambda.SdkClientException",
  "Lambda.ClientExecutionTimeoutException",
  "Lambda.Unknown",
  "Sandbox.Timedout",
  "Runtime.ExitError",
  "Runtime.OutOfMemory",
];

const retry = (ErrorEquals: string[], IntervalSeconds: number, MaxAttempts: number) => ({
  ErrorEquals,
  IntervalSeconds,
  MaxAttempts,
  BackoffRate: 2,
  JitterStrategy: "FULL",
});

/** The ARNs and the partition, or placeholders for them. */
export function stateMachineDefinition(
  first: Channel,
  channels: readonly Channel[],
  functionArnOf: (channel: Channel) => string,
  undeliverableArn: string,
  partition = "aws",
) {
  return {
    Comment: `Tries the channels of a message in their order, ${first.name} first, until one reaches the customer.`,
    // A channel that is no longer enabled is skipped.
    StartAt: channels.includes(first) ? first.name : nextChannel,
    States: {
      [nextChannel]: {
        Type: "Choice",
        InputPath: "$.next",
        Choices: channels.map(({ id, name }) => ({ Variable: "$.channel", StringEquals: id, Next: name })),
        Default: undeliverableState,
      },
      ...Object.fromEntries(
        channels.flatMap((channel) => [
          [channel.name, channelTask(channel, functionArnOf(channel), partition)],
          [quietHoursState(channel), waitForQuietHours(channel)],
        ]),
      ),
      [undeliverableState]: {
        Type: "Task",
        Resource: `arn:${partition}:states:::lambda:invoke`,
        Parameters: { FunctionName: undeliverableArn, "Payload.$": "$" },
        ResultSelector: { "error.$": "$.Payload.error", "cause.$": "$.Payload.cause" },
        TimeoutSeconds: 60,
        // For an hour: a message whose failure is not recorded never finishes.
        Retry: [{ ...retry(["States.ALL"], 2, 20), MaxDelaySeconds: 300 }],
        Next: failedState,
      },
      [failedState]: { Type: "Fail", ErrorPath: "$.error", CausePath: "$.cause" },
    },
  };
}

/**
 * Two transitions more, only for a hop whose turn comes in quiet hours: its function fails the task with their end as the cause.
 * A time that is past is not waited for. https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html
 */
const waitForQuietHours = (channel: Channel) => ({
  Type: "Wait",
  TimestampPath: "$.quiet.Cause",
  Next: channel.name,
});

const channelTask = (channel: Channel, FunctionName: string, partition: string) => ({
  Type: "Task",
  Resource: `arn:${partition}:states:::lambda:invoke.waitForTaskToken`,
  Parameters: { FunctionName, Payload: { "taskToken.$": "$$.Task.Token", "hop.$": "$" } },
  TimeoutSecondsPath: "$.timeoutSeconds",
  // The function itself retries for a moment; this is for longer outages, and each retry is billed as a transition.
  // TextRefused: a receipt said that the window for free text was closed; the template is sent next.
  Retry: [
    retry(["Throttled", "ProviderUnavailable"], 3, 2),
    retry(functionErrors, 1, 3),
    // Nothing was called: thousands whose quiet hours or `sendAt` end in one minute wait for Lambda to grow.
    { ...retry(["Lambda.TooManyRequestsException"], 2, 20), MaxDelaySeconds: 60 },
    retry(["TextRefused"], 1, 1),
  ],
  Catch: [
    { ErrorEquals: ["QuietHours"], ResultPath: "$.quiet", Next: quietHoursState(channel) },
    // `$.failed` stays: it is how the hop before ended.
    { ErrorEquals: ["MessageExpired"], ResultPath: "$.expired", Next: undeliverableState },
    { ErrorEquals: ["States.ALL"], ResultPath: "$.next.failed", Next: nextChannel },
  ],
  End: true,
});
