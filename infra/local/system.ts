/** The whole system on one machine: starts every part, runs the synthesized template on them, and ends them all. */
import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ApiGateway } from "./aws/api-gateway.ts";
import { createAwsEndpoint } from "./aws/aws-endpoint.ts";
import { createTable, startDynamoDb } from "./aws/dynamodb.ts";
import { DynamoDbStreams } from "./aws/dynamodb-streams.ts";
import { startEventSource } from "./aws/event-sources.ts";
import { Iam } from "./aws/iam/index.ts";
import { invokingAsRole, sendingAsRole } from "./aws/iam/invoking.ts";
import { checkConnections } from "./aws/iam/wiring.ts";
import { defaultConcurrency, LambdaService } from "./aws/lambda.ts";
import { LogSubscriptions } from "./aws/log-subscriptions.ts";
import { callSns, callSqs, createQueuesAndTopics, startMessaging } from "./aws/messaging.ts";
import { ParameterStore } from "./aws/parameter-store.ts";
import { Scheduler } from "./aws/scheduler.ts";
import { isStream, startStreamSource } from "./aws/stream-source.ts";
import { type Carrier, createCarrier } from "./carrier/index.ts";
import { socialEvent } from "./carrier/social-messaging.ts";
import { type Clock, createClock } from "./clock.ts";
import {
  accountId,
  readTemplate,
  region,
  Stack,
  type Template,
  templateFile,
  unknownTypes,
} from "./cloudformation.ts";
import { customersOf } from "./console/customers.ts";
import { PublishedEvents } from "./console/messages/published-events.ts";
import { messageSource } from "./console/messages/source.ts";
import { createConsole } from "./console/server.ts";
import { addFunction, addStateMachine, deadLetterQueueOf, factsOf, putApiKey, secretOf } from "./deploy.ts";
import { type Redeployed, redeploy } from "./dev/redeploy.ts";
import { portFault } from "./start-error.ts";
import { createStepFunctions, type StepFunctions } from "./step-functions/index.ts";

export interface SystemOptions {
  /** The cloud assembly's directory. */
  assembly: string;
  /** 0 picks a free port. */
  ports: { api: number; aws: number; carrier: number; console: number };
  /** The directory of the bundled console page. */
  page: string;
  /** The most sandboxes of a function, unless the template says. */
  concurrency?: number;
  onLog?: (functionName: string, line: string) => void;
  warn?: (text: string) => void;
}

export interface System {
  api: string;
  aws: string;
  carrier: string;
  console: string;
  apiKey: string;
  clock: Clock;
  lambda: LambdaService;
  stepFunctions: StepFunctions;
  outputs: Readonly<Record<string, string>>;
  /** Applies a changed template, from the cloud assembly's directory. */
  redeploy: (assembly: string) => Redeployed;
  /** Calls the listener whenever a message arrived at a phone or account, before its provider responds. */
  onMessage: Carrier["onMessage"];
  stop: () => Promise<void>;
}

const stackName = "FallbackRouting";
const apiKey = "local";

export async function startSystem({
  assembly,
  ports,
  page,
  concurrency = defaultConcurrency,
  onLog = () => {},
  warn = console.warn,
}: SystemOptions): Promise<System> {
  const template = readTemplate(assembly, stackName);
  for (const type of unknownTypes(template))
    warn(`the local run does not know ${type}: it has no effect here`);

  const clock = createClock();
  const { work } = clock;
  const endings: (() => unknown)[] = [() => clock.stop()];
  const stop = async () => {
    for (const end of endings.splice(0).reverse()) await end();
  };
  try {
    const carrier: Carrier = await createCarrier({
      clock,
      port: ports.carrier,
      secretOf,
      region,
      accountId,
    }).catch(explainPort("CARRIER_PORT", ports.carrier));
    endings.push(() => carrier.stop());
    const [dynamoDb, messaging] = await Promise.all([startDynamoDb(), startMessaging(clock.offset)]);
    endings.push(
      () => dynamoDb.stop(),
      () => messaging.stop(),
    );

    const lambda = new LambdaService(clock, onLog);
    endings.push(() => lambda.stop());
    const invoke = (functionArn: string, payload: unknown) => lambda.invoke(functionArn, payload);
    const iam = new Iam();
    const stepFunctions = createStepFunctions({ clock, invoke: invokingAsRole(iam, invoke) });
    endings.push(() => stepFunctions.stop());
    const parameterStore = new ParameterStore();
    const scheduler = new Scheduler({
      clock,
      send: sendingAsRole(iam, (queueArn, text) => sendToQueue(queueArn, text)),
      warn,
    });
    endings.push(() => scheduler.stop());
    const streams = new DynamoDbStreams(dynamoDb.port, clock);
    const publishedEvents = new PublishedEvents();
    const aws = await listen(
      createAwsEndpoint({
        iam,
        dynamoDbPort: dynamoDb.port,
        streams,
        messagingPort: messaging.port,
        stepFunctions,
        parameterStore,
        scheduler,
        lambda,
        stack: () => ({
          name: stackName,
          outputs: stack.outputs,
          template: templateText,
        }),
        carrier: () => carrier,
        work,
        onCall: (call) => publishedEvents.recordCall(call),
      }),
      "AWS_PORT",
      ports.aws,
    );
    endings.push(() => close(aws.server));
    const gateway = new ApiGateway({ clock, invoke });
    const api = await listen(gateway.server, "API_PORT", ports.api);
    endings.push(() => close(api.server));

    const stackOf = (given: Template) => new Stack(given, stackName, api.url, aws.url);
    const textOf = (directory: string) => readFileSync(templateFile(directory, stackName), "utf8");
    let templateText = textOf(assembly);
    let stack = stackOf(template);
    iam.load(stack);
    scheduler.load(stack);
    const tables = stack.ofType("AWS::DynamoDB::Table");
    await Promise.all(tables.map((table) => createTable(dynamoDb.port, table)));
    for (const table of tables) streams.watch(table);
    const surroundings = { assembly, awsUrl: aws.url, carrierUrl: carrier.url, concurrency };
    for (const resource of stack.ofType("AWS::Lambda::Function"))
      addFunction(lambda, parameterStore, resource, surroundings);
    for (const resource of stack.ofType("AWS::StepFunctions::StateMachine"))
      addStateMachine(stepFunctions, resource);
    gateway.load(stack);
    checkConnections(stack, iam);
    await createQueuesAndTopics(messaging.port, stack, warn);
    const queueUrl = (queueArn: string) => `${aws.url}/${accountId}/${queueArn.split(":").at(-1)}`;
    const sendToQueue = (queueArn: string, MessageBody: string) =>
      work.during(
        "a message to a queue",
        callSqs(messaging.port, "SendMessage", { QueueUrl: queueUrl(queueArn), MessageBody }),
      );
    const logs = new LogSubscriptions({
      clock,
      invoke,
      park: (functionArn, payload) => {
        const queueArn = deadLetterQueueOf(stack, functionArn);
        if (queueArn === undefined) return;
        sendToQueue(queueArn, JSON.stringify(payload)).catch((error: unknown) => warn(String(error)));
      },
      warn,
    });
    endings.push(() => logs.stop());
    for (const filter of stack.ofType("AWS::Logs::SubscriptionFilter")) logs.subscribe(filter);
    const {
      PushEventsTopicArn,
      SmsAnswersTopicArn,
      RcsEventsTopicArn,
      MmsEventsTopicArn,
      EmailEventsTopicArn,
      WhatsAppEventsTopicArn,
      SmsDeliveryLogsRoleArn,
    } = stack.outputs;
    const endUserMessaging = { sms: SmsAnswersTopicArn, rcs: RcsEventsTopicArn, mms: MmsEventsTopicArn };
    const publish = async (TopicArn: string | undefined, message: { Message: string; Subject?: string }) => {
      if (TopicArn !== undefined) await callSns(messaging.port, "Publish", { TopicArn, ...message });
    };
    carrier.connect({
      apiUrl: api.url,
      setUp: {
        smsDeliveryLogsRoleArn: SmsDeliveryLogsRoleArn,
        pushEventsTopicArn: PushEventsTopicArn,
        whatsAppPhoneNumberId: template.Metadata?.settings.channels.whatsAppPhoneNumberId,
      },
      putLog: (logGroupName, message) => logs.put(logGroupName, message),
      publishPushFailure: (Message, Subject) => publish(PushEventsTopicArn, { Message, Subject }),
      publishByEndUserMessaging: (channel, Message) => publish(endUserMessaging[channel], { Message }),
      publishEmailEvent: (Message) => publish(EmailEventsTopicArn, { Message }),
      publishWhatsApp:
        WhatsAppEventsTopicArn === undefined
          ? undefined
          : (webhook) => {
              const event = socialEvent(webhook, { region, accountId, at: clock.now() });
              return publish(WhatsAppEventsTopicArn, { Message: JSON.stringify(event) });
            },
    });
    await putApiKey(dynamoDb.port, stack.outputs.ApiKeysTableName, apiKey);
    // Last, because the handlers of queued messages may need everything else.
    for (const resource of stack.ofType("AWS::Lambda::EventSourceMapping")) {
      const source = isStream(resource.properties.EventSourceArn)
        ? startStreamSource(resource, { streams, clock, invoke, sendToQueue, warn })
        : startEventSource(resource, {
            messaging,
            work,
            queueUrl,
            invoke: (functionArn, payload) => publishedEvents.during(payload, invoke(functionArn, payload)),
            warn,
          });
      endings.push(() => source.stop());
    }
    const consolePage = await createConsole({
      clock,
      port: ports.console,
      page,
      stepFunctions,
      api: { url: api.url, apiKey },
      carrier,
      messages: messageSource(stack, streams, dynamoDb.port),
      publishedEvents,
      facts: () => factsOf(stack, surroundings),
      customers: customersOf(stack, dynamoDb.port),
    }).catch(explainPort("CONSOLE_PORT", ports.console));
    endings.push(() => consolePage.stop());
    return {
      api: api.url,
      aws: aws.url,
      carrier: carrier.url,
      console: consolePage.url,
      apiKey,
      clock,
      lambda,
      stepFunctions,
      outputs: stack.outputs,
      redeploy(changed) {
        const next = stackOf(readTemplate(changed, stackName));
        const running = { iam, lambda, parameterStore, stepFunctions, gateway };
        const redeployed = redeploy(running, stack, next, { ...surroundings, assembly: changed });
        if (redeployed.needingRestart.length === 0) {
          stack = next;
          templateText = textOf(changed);
        }
        return redeployed;
      },
      onMessage: (listener) => carrier.onMessage(listener),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function listen(
  server: Server,
  variable: string,
  port: number,
): Promise<{ server: Server; url: string }> {
  await new Promise<void>((resolveListening, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolveListening);
  }).catch(explainPort(variable, port));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const explainPort = (variable: string, port: number) => (error: NodeJS.ErrnoException) => {
  const fault = portFault(variable, port, error.code);
  throw fault === undefined ? error : new Error(fault);
};

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolveClosed) => server.close(() => resolveClosed()));
}
