/** The queues of the running system: how deep they are, and what is dead in them. */
import {
  GetQueueAttributesCommand,
  ListQueuesCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { region } from "../../infra/local/cloudformation.ts";

export interface Depth {
  name: string;
  visible: number;
  /** Taken by a function, or put back for a while. */
  hidden: number;
}

const isDeadLetterQueue = (url: string) => url.includes("DeadLetterQueue");
export const nameOf = (url: string) => url.split("/").at(-1) ?? url;

export async function connectQueues(endpoint: string) {
  const client = new SQSClient({
    endpoint,
    region,
    useQueueUrlAsEndpoint: false,
    md5: false,
    credentials: { accessKeyId: "storm", secretAccessKey: "storm" },
  });
  const { QueueUrls = [] } = await client.send(new ListQueuesCommand({}));
  const depthOf = async (QueueUrl: string): Promise<Depth> => {
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
    );
    return {
      name: nameOf(QueueUrl),
      visible: Number(Attributes.ApproximateNumberOfMessages ?? 0),
      hidden: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
    };
  };
  return {
    client,
    /** Of the queues that a function reads. */
    depths: (): Promise<Depth[]> =>
      Promise.all(QueueUrls.filter((url) => !isDeadLetterQueue(url)).map(depthOf)),
    /** Everything in the dead-letter queues; it stays hidden, for nothing else looks at it. */
    async dead(): Promise<Message[]> {
      const found: Message[] = [];
      for (const QueueUrl of QueueUrls.filter(isDeadLetterQueue))
        for (;;) {
          const { Messages = [] } = await client.send(
            new ReceiveMessageCommand({
              QueueUrl,
              MaxNumberOfMessages: 10,
              VisibilityTimeout: 3600,
              MessageAttributeNames: ["All"],
            }),
          );
          if (Messages.length === 0) break;
          found.push(...Messages);
        }
      return found;
    },
    stop: () => client.destroy(),
  };
}
export type Queues = Awaited<ReturnType<typeof connectQueues>>;
