/** What can happen to one call of a function to AWS or to a provider. calls.ts makes it happen. */
import {
  ChannelMisconfigured,
  NotRegistered,
  OutcomeUnknown,
  ProviderUnavailable,
  Rejected,
  Throttled,
  Undeliverable,
  WindowClosed,
} from "../../../functions/channels/errors.ts";

export type Service = "DynamoDB" | "Step Functions" | "SQS" | "Scheduler" | "provider";

export interface Call {
  service: Service;
  functionName: string;
  action: string;
}

export type Fault =
  /** Refused: nothing was done. `lasts`: until the function has ended. */
  | { how: "fails"; error: () => Error; lasts?: true }
  /** Done, and the answer never came. */
  | { how: "is done and fails"; error: () => Error; lasts?: true }
  /** Done, the answer was lost, and the SDK made the call again. */
  | { how: "is made twice" }
  | { how: "dies before" }
  | { how: "dies after" }
  /** Stands still for longer than the hop's window, and goes on as if nothing were. */
  | { how: "stalls" };

export const describeFault = (fault: Fault): string =>
  "error" in fault
    ? `${fault.how}${fault.lasts ? " again and again" : ""} with ${fault.error().name}`
    : fault.how;

const named = (name: string, message: string, code?: string) => () =>
  Object.assign(new Error(message), { name, ...(code === undefined ? {} : { code }) });

/** As the SDK throws them when its own tries are used up. */
const refusals: Readonly<Record<Exclude<Service, "provider">, (() => Error)[]>> = {
  DynamoDB: [
    named("ProvisionedThroughputExceededException", "The level of configured throughput was exceeded"),
    named("ThrottlingException", "Throughput exceeds the current capacity"),
  ],
  "Step Functions": [named("ThrottlingException", "Rate exceeded")],
  SQS: [named("RequestThrottled", "Request is throttled")],
  Scheduler: [named("ThrottlingException", "Rate exceeded")],
};
/** Nobody knows whether the call was carried out. */
const timeout = named("TimeoutError", "socket hang up after 8000 ms");
const unclear = [
  named("InternalServerError", "The request processing has failed"),
  timeout,
  named("Error", "read ECONNRESET", "ECONNRESET"),
];

const channelErrors = [
  NotRegistered,
  Undeliverable,
  WindowClosed,
  Rejected,
  ChannelMisconfigured,
  Throttled,
  ProviderUnavailable,
];

/** Everything that can happen to a call. */
export function faultsOf({ service, functionName }: Call): Fault[] {
  const failing = (how: "fails" | "is done and fails", errors: (() => Error)[]): Fault[] =>
    errors.map((error) => ({ how, error }));
  const lostAnswers = [() => new OutcomeUnknown("no answer"), named("TypeError", "fetch failed")];
  return [
    ...(service === "provider"
      ? [
          ...failing("fails", [...channelErrors.map((Kind) => () => new Kind("no")), ...lostAnswers]),
          ...failing("is done and fails", lostAnswers),
        ]
      : [
          ...failing("fails", [...refusals[service], ...unclear]),
          ...failing("is done and fails", unclear),
          ...[...failing("fails", [timeout]), ...failing("is done and fails", [timeout])].map((fault) => ({
            ...fault,
            lasts: true as const,
          })),
          { how: "is made twice" as const },
        ]),
    { how: "dies before" },
    { how: "dies after" },
    // Lambda ends other functions sooner, and nothing of theirs ends meanwhile.
    ...(functionName.startsWith("channel") ? [{ how: "stalls" as const }] : []),
  ];
}
