/**
 * EventBridge Scheduler: one schedule a message, which puts the message on the starts queue once its time comes, within a minute
 * after it (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html), and then deletes itself. It may do so
 * twice. Where the queue cannot be reached, it tries for a day, and then leaves the message to the dead-letter queue.
 */
import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  SchedulerClient,
} from "@aws-sdk/client-scheduler";
import { clientConfiguration } from "./client.ts";

export const createSchedulerClient = () => new SchedulerClient(clientConfiguration());

/** ARNs. */
export interface ScheduleTarget {
  queue: string;
  deadLetters: string;
  /** Scheduler's own: it may write to both. */
  role: string;
}

/** `at`: ISO 8601, whole seconds, in the future: a time that is past is refused. A schedule that is there already is a success. */
export async function scheduleStart(
  client: SchedulerClient,
  GroupName: string,
  { queue, deadLetters, role }: ScheduleTarget,
  messageId: string,
  at: string,
): Promise<void> {
  try {
    await client.send(
      new CreateScheduleCommand({
        GroupName,
        Name: messageId,
        ScheduleExpression: `at(${at.slice(0, "2030-01-01T09:00:00".length)})`,
        FlexibleTimeWindow: { Mode: "OFF" },
        ActionAfterCompletion: "DELETE",
        Target: {
          Arn: queue,
          RoleArn: role,
          Input: JSON.stringify({ messageId }),
          DeadLetterConfig: { Arn: deadLetters },
          // The most: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html
          RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
        },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConflictException)) throw error;
  }
}

/** One that is gone already is a success. */
export async function deleteSchedule(
  client: SchedulerClient,
  GroupName: string,
  messageId: string,
): Promise<void> {
  try {
    await client.send(new DeleteScheduleCommand({ GroupName, Name: messageId }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
}
