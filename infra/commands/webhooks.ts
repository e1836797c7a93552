/** `npm run webhooks`: lists the events that a client's webhook did not accept within 24 hours, and redelivers them. */
import { setTimeout as pause } from "node:timers/promises";
import { CommandError, readArguments, runCommand, UsageError, wholeNumber } from "./command-line.ts";
import { formatAge, listDead } from "./dlq/list.ts";
import { countIn, findDeadLetterQueues, type Queue } from "./dlq/queues.ts";
import { redrive } from "./dlq/redrive.ts";
import { useLocalRun } from "./local-run.ts";
import { createSqsClient } from "./sqs-client.ts";
import { stackHelp } from "./stack-name.ts";
import { textTable } from "./text-table.ts";

const help = `npm run webhooks -- list [--max N]
npm run webhooks -- redeliver [--max N]

list        shows the parked events, their clients, and why they failed; they stay in the queue
redeliver   queues them again for another 24 hours; first make sure that the receiver works

  --queue URL|NAME   the dead-letter queue; without it, that of the stack (…ClientWebhooksDeadLetter…)
${stackHelp}
  --local            the local run on this machine (npm start, AWS_PORT)
  --max N            at most N events (list: 100)

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
  if ((action !== "list" && action !== "redeliver") || more.length > 0)
    throw new UsageError("say list or redeliver");
  const max = values.max === undefined ? undefined : wholeNumber("--max", values.max, 1, 1_000_000);
  const sqs = createSqsClient({ queueUrl: values.queue });
  const queue = only(await findDeadLetterQueues(sqs, values), values.queue !== undefined);
  if (action === "redeliver") {
    const { moved, left, reason } = await redrive(sqs, queue, { max, pause });
    console.log(`${moved} put on the queue again${left > 0 ? `, ${left} not: ${reason}` : ""}`);
    return left > 0 ? 1 : 0;
  }
  const parked = await listDead(sqs, queue, max ?? 100, Date.now());
  const count = await countIn(sqs, queue);
  if (parked.length < count) console.error(`${parked.length} of about ${count}`);
  if (parked.length === 0) console.log("Nothing is parked.");
  else
    console.log(
      textTable(
        ["CLIENT", "AGE", "EVENT AND WHY"],
        parked.map(({ client, ageSeconds, why }) => [client, formatAge(ageSeconds), why]),
      ),
    );
  return 0;
});

function only(queues: Queue[], isNamed: boolean): Queue {
  const [queue] = isNamed ? queues : queues.filter(({ name }) => name.includes("ClientWebhooks"));
  if (queue === undefined) throw new CommandError("the stack has no queue of parked events: deploy it again");
  return queue;
}
