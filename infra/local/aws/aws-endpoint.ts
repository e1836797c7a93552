/**
 * One port for every AWS service, for SDKs and the AWS CLI with `AWS_ENDPOINT_URL`: finds the service by the credential scope
 * of the signature, asks the local IAM whether the caller may, and passes the call to the local service.
 */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import * as v from "valibot";
import type { Carrier } from "../carrier/index.ts";
import { guardServer } from "../own-requests.ts";
import { LambdaInvocationError, type StepFunctions } from "../step-functions/index.ts";
import type { Work } from "../work.ts";
import { type AwsCall, readCall } from "./aws-call.ts";
import { answerCloudFormation, type DeployedStack } from "./cloudformation-calls.ts";
import type { DynamoDbStreams } from "./dynamodb-streams.ts";
import { accessDenied } from "./iam/access-denied.ts";
import type { Iam } from "./iam/index.ts";
import type { LambdaService } from "./lambda.ts";
import { answersQueueUrls, rewriteQueueUrls } from "./messaging.ts";
import type { ParameterStore } from "./parameter-store.ts";
import { proxy } from "./proxy.ts";
import type { Scheduler } from "./scheduler.ts";
import { ServiceError } from "./service-error.ts";

export interface AwsEndpointOptions {
  iam: Iam;
  dynamoDbPort: number;
  streams: DynamoDbStreams;
  /** SQS and SNS topics. */
  messagingPort: number;
  stepFunctions: StepFunctions;
  parameterStore: ParameterStore;
  scheduler: Scheduler;
  lambda: LambdaService;
  stack: () => DeployedStack;
  carrier: () => Carrier;
  work: Work;
  /** Called after each call that was allowed and answered. */
  onCall?: (call: AwsCall) => void;
}

export function createAwsEndpoint(options: AwsEndpointOptions): Server {
  const server = createServer((request, response) => {
    serve(request, response, options).catch((error: unknown) => answerError(response, error));
  });
  // Node.js closes connections that are idle for 5 seconds: a function that a busy machine delays for longer would use up its
  // client's retries on closed connections.
  server.keepAliveTimeout = 0;
  guardServer(server);
  return server;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  options: AwsEndpointOptions,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const call = readCall(request, body);
  const refusal = options.iam.refusalOfCall(call);
  if (refusal !== undefined) {
    const { status, headers, body: text } = accessDenied(call, refusal);
    response.writeHead(status, headers).end(text);
    return;
  }
  const handling = handle(request, response, body, call, options);
  // A long poll for messages is not pending work.
  await (call.action === "ReceiveMessage"
    ? handling
    : options.work.during(`${call.service} ${call.action}`, handling));
  if (response.statusCode === 200) options.onCall?.(call);
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
  call: AwsCall,
  options: AwsEndpointOptions,
): Promise<void> {
  const { service, action } = call;
  const ofAccount = options.carrier().answerForAccount(call);
  if (ofAccount !== undefined) {
    response.writeHead(ofAccount.status, ofAccount.headers).end(ofAccount.body);
    return;
  }
  switch (service) {
    case "dynamodb":
      return options.streams.handle(call, (onAnswer) =>
        proxy(
          request,
          response,
          body,
          options.dynamoDbPort,
          onAnswer && ((text, status) => onAnswer(text, status).then(() => text)),
        ),
      );
    case "sqs": {
      const { host = "" } = request.headers;
      const rewrite = answersQueueUrls(action) ? (text: string) => rewriteQueueUrls(text, host) : undefined;
      return proxy(request, response, body, options.messagingPort, rewrite);
    }
    case "sns": {
      const answer = await options.carrier().handleSns(new URLSearchParams(body.toString()));
      if (answer === undefined) return proxy(request, response, body, options.messagingPort);
      // The message was accepted, but the caller gets no response.
      if (answer === "drop-connection") return void request.socket.destroy();
      response.writeHead(answer.status, answer.headers).end(answer.body);
      return;
    }
    case "ses": {
      if (action === "")
        throw new ServiceError(
          "NotFoundException",
          "only SendEmail and looking at the account run locally",
          404,
        );
      const answer = await options.carrier().handleSes(call.input());
      if (answer === "drop-connection") return void request.socket.destroy();
      response.writeHead(answer.status, answer.headers).end(answer.body);
      return;
    }
    case "social-messaging": {
      if (action === "")
        throw new ServiceError("ResourceNotFoundException", "only SendWhatsAppMessage runs locally", 404);
      const answer = await options.carrier().handleSocialMessaging(call.input());
      if (answer === "drop-connection") return void request.socket.destroy();
      response.writeHead(answer.status, answer.headers).end(answer.body);
      return;
    }
    case "sms-voice": {
      const answer = await options.carrier().handleSmsVoice(action, call.input());
      if (answer === "drop-connection") return void request.socket.destroy();
      response.writeHead(answer.status, answer.headers).end(answer.body);
      return;
    }
    case "states": {
      const answer = await options.stepFunctions.handle(action, call.input());
      return answerJson(response, answer.status, answer.body);
    }
    case "ssm":
      return answerJson(response, 200, options.parameterStore.handle(action, call.input()));
    case "cloudformation": {
      const answer = answerCloudFormation(action, call.input(), options.stack());
      response.writeHead(answer.status, answer.headers).end(answer.body);
      return;
    }
    case "scheduler":
      return answerJson(response, 200, options.scheduler.handle(action, call.input()));
    case "lambda":
      return invoke(request, response, call, options.lambda);
    default:
      throw new ServiceError(
        "UnknownOperationException",
        `the local AWS endpoint has DynamoDB, SQS, SNS, SES, End User Messaging (SMS and Social), Step Functions, Scheduler, SSM, CloudFormation, Service Quotas and Lambda, ${service === "" ? "and the call names no service" : `not ${service}`}`,
        501,
      );
  }
}

const invocationInput = v.object({ FunctionName: v.string(), Payload: v.unknown() });

async function invoke(
  request: IncomingMessage,
  response: ServerResponse,
  { action, input }: AwsCall,
  lambda: LambdaService,
): Promise<void> {
  if (action !== "Invoke")
    throw new ServiceError("ResourceNotFoundException", "only Invoke runs locally", 404);
  const { FunctionName, Payload } = v.parse(invocationInput, input());
  if (!lambda.has(FunctionName))
    throw new ServiceError("ResourceNotFoundException", `Function not found: ${FunctionName}`, 404);
  const invocation = lambda.invoke(FunctionName, Payload);
  response.setHeader("x-amz-executed-version", "$LATEST");
  if (request.headers["x-amz-invocation-type"] === "Event") {
    // Nothing awaits it: what it throws is in its log.
    invocation.catch(() => {});
    response.writeHead(202, { "x-amzn-requestid": randomUUID() }).end();
    return;
  }
  try {
    answerJson(response, 200, await invocation);
  } catch (error) {
    if (!(error instanceof LambdaInvocationError)) throw error;
    response.setHeader("x-amz-function-error", "Unhandled");
    answerJson(response, 200, error.failure);
  }
}

function answerJson(response: ServerResponse, status: number, body: unknown): void {
  const asked = response.req.headers["content-type"] ?? "";
  response.writeHead(status, {
    // The request's version (1.0 or 1.1), or plain JSON for Lambda.
    "content-type": asked.startsWith("application/x-amz-json") ? asked : "application/json",
    "x-amzn-requestid": randomUUID(),
  });
  response.end(JSON.stringify(body));
}

function answerError(response: ServerResponse, error: unknown): void {
  // The response has begun, or its reader is gone.
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const refused = v.isValiError(error) ? new ServiceError("ValidationException", error.message) : error;
  if (refused instanceof ServiceError) {
    response.setHeader("x-amzn-errortype", refused.code);
    answerJson(response, refused.status, { __type: refused.code, message: refused.message });
    return;
  }
  console.error("local AWS endpoint:", error);
  answerJson(response, 500, { __type: "InternalServerError", message: "the local AWS endpoint failed" });
}
