/** `npm run dlq`: lists what is in the dead-letter queues and why, and moves it back to its source queue. */
import { setTimeout as pause } from "node:timers/promises";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { readArguments, runCommand, UsageError, wholeNumber } from "./command-line.ts";
import { formatAge, listDead } from "./dlq/list.ts";
import { countIn, findDeadLetterQueues, type Queue } from "./dlq/queues.ts";
import { redrive } from "./dlq/redrive.ts";
import { useLocalRun } from "./local-run.ts";
import { createSqsClient } from "./sqs-client.ts";
import { stackHelp } from "./stack-name.ts";
import { textTable } from "./text-table.ts";

const help = `npm run dlq -- list [--queue URL|NAME] [--max N]
npm run dlq -- redrive [--queue URL|NAME] [--max N]

list      shows the dead letters and why each failed, without bodies and addresses; they stay in the queue
redrive   moves them back to the queue that they came from; first remove the cause

  --queue URL|NAME   one dead-letter queue; without it, all those of the stack (…DeadLetter…)
${stackHelp}
  --local            the local run on this machine (npm start, AWS_PORT)
  --max N            at most N messages of each queue (list: 100)

AWS_PROFILE, AWS_REGION and AWS_ENDPOINT_URL as for the AWS CLI.
Exit status: 0 done, 1 not all of it, 2 wrong usage.`;

await runCommand(help, async (args) => {
  const { values, positionals } = readArguments(args, {
    queue: { type: "string" },
    stack: { type: "string" },
    max: { type: "string" },
    local: { type: "boolean" },
  });
  if (values.local) useLocalRun(process.env);
  const [action, ...more] = positionals;
  if ((action !== "list" && action !== "redrive") || more.length > 0)
    throw new UsageError("say list or redrive");
  const max = values.max === undefined ? undefined : wholeNumber("--max", values.max, 1, 1_000_000);
  const sqs = createSqsClient({ queueUrl: values.queue });
  const queues = await findDeadLetterQueues(sqs, values);
  return action === "list" ? list(sqs, queues, max ?? 100) : redriveAll(sqs, queues, max);
});

async function list(sqs: SQSClient, queues: Queue[], max: number): Promise<number> {
  const rows: string[][] = [];
  for (const queue of queues) {
    const count = await countIn(sqs, queue);
    const dead = await listDead(sqs, queue, max, Date.now());
    if (dead.length < count) console.error(`${queue.name}: ${dead.length} of about ${count}`);
    for (const { ageSeconds, receiveCount, why, messageId, idempotencyKey, client } of dead)
      rows.push([
        queue.name,
        formatAge(ageSeconds),
        String(receiveCount),
        why,
        messageId,
        idempotencyKey,
        client,
      ]);
  }
  if (rows.length === 0) console.log(`No dead letters in ${queues.map(({ name }) => name).join(", ")}.`);
  else
    console.log(
      textTable(["QUEUE", "AGE", "RECEIVED", "WHY", "MESSAGE ID", "IDEMPOTENCY KEY", "CLIENT"], rows),
    );
  return 0;
}

async function redriveAll(sqs: SQSClient, queues: Queue[], max: number | undefined): Promise<number> {
  let status = 0;
  for (const queue of queues) {
    const { moved, left, reason } = await redrive(sqs, queue, { max, pause });
    console.log(`${queue.name}: ${moved} moved back${left > 0 ? `, ${left} not: ${reason}` : ""}`);
    if (left > 0) status = 1;
  }
  return status;
}
