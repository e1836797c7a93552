/** What Step Functions bills for an execution, by its history. Pure. */
interface Event {
  type: string;
}

/** States entered, and each retry of a task: a second TaskScheduled in one state. */
export function statesEntered(events: readonly Event[]): number {
  let count = 0;
  let tries = 0;
  for (const { type } of events) {
    if (type.endsWith("StateEntered")) {
      count += 1;
      tries = 0;
    } else if (type === "TaskScheduled" && ++tries > 1) count += 1;
  }
  return count;
}

const isError = ({ type }: Event) => /(Failed|TimedOut|Aborted|FailStateEntered)$/.test(type);
/** The level ERROR logs such an event by itself, with the execution's ARN and times: about so many bytes without its data. */
const errorEventBytes = 500;

export const logBytesOf = (events: readonly Event[]) => events.filter(isError).length * errorEventBytes;
