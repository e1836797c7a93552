/**
 * One port for every AWS service, for SDKs and the AWS CLI with `AWS_ENDPOINT_URL`: tells the service by the credential
 * scope of the signature, and hands the call to the part that plays it.
 */
import { randomUUID } from "node:crypto";
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { Carrier } from "../carrier/index.ts";
import { LambdaInvocationError, type StepFunctions } from "../step-functions/index.ts";
import type { LambdaService } from "./lambda.ts";
import type { ParameterStore } from "./parameter-store.ts";
import { ServiceError } from "./service-error.ts";

export interface AwsEndpointOptions {
  dynamoDbPort: number;
  /** SQS and SNS topics. */
  messagingPort: number;
  stepFunctions: StepFunctions;
  parameterStore: ParameterStore;
  lambda: LambdaService;
  carrier: () => Carrier;
}

export function createAwsEndpoint(options: AwsEndpointOptions): Server {
  return createServer((request, response) => {
    serve(request, response, options).catch((error: unknown) => answerError(response, error));
  });
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  options: AwsEndpointOptions,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const action =
    String(request.headers["x-amz-target"] ?? "")
      .split(".")
      .at(-1) ?? "";
  const json = (answer: object) => answerJson(response, 200, answer);
  switch (serviceOf(request)) {
    case "dynamodb":
      return proxy(request, response, body, options.dynamoDbPort);
    case "sqs":
      return proxy(request, response, body, options.messagingPort);
    case "sns": {
      const answer = await options.carrier().handleSns(new URLSearchParams(body.toString()));
      if (answer === undefined) return proxy(request, response, body, options.messagingPort);
      // The message was taken, and its caller hears nothing.
      if (answer === "drop-connection") return void request.socket.destroy();
      response.writeHead(answer.status, answer.headers).end(answer.body);
      return;
    }
    case "states": {
      const answer = await options.stepFunctions.handle(action, parseJson(body));
      return answerJson(response, answer.status, answer.body);
    }
    case "ssm":
      return json(options.parameterStore.handle(action, parseJson(body)));
    case "lambda":
      return invoke(request, response, body, options.lambda);
    default:
      throw new ServiceError(
        "UnknownOperationException",
        "the local AWS endpoint has DynamoDB, SQS, SNS, Step Functions, SSM and Lambda",
        501,
      );
  }
}

/** `Credential=<key>/<date>/<region>/<service>/aws4_request`, or the target's prefix where nothing is signed. */
function serviceOf({ headers }: IncomingMessage): string {
  const scope = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\/aws4_request/.exec(headers.authorization ?? "")?.[1];
  if (scope !== undefined) return scope;
  const prefix = String(headers["x-amz-target"] ?? "");
  if (prefix.startsWith("DynamoDB")) return "dynamodb";
  if (prefix.startsWith("AWSStepFunctions")) return "states";
  if (prefix.startsWith("AmazonSQS")) return "sqs";
  return prefix.startsWith("AmazonSSM") ? "ssm" : "";
}

async function invoke(
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
  lambda: LambdaService,
): Promise<void> {
  const name = /^\/2015-03-31\/functions\/([^/]+)\/invocations/.exec(request.url ?? "")?.[1];
  if (name === undefined)
    throw new ServiceError("ResourceNotFoundException", "only Invoke is known here", 404);
  try {
    answerJson(
      response,
      200,
      await lambda.invoke(decodeURIComponent(name), body.length > 0 ? parseJson(body) : {}),
    );
  } catch (error) {
    if (!(error instanceof LambdaInvocationError)) throw error;
    response.setHeader("x-amz-function-error", "Unhandled");
    answerJson(response, 200, error.failure);
  }
}

function proxy(
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
  port: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { ...request.headers, "content-length": String(body.length) };
    delete headers["transfer-encoding"];
    const onward = httpRequest(
      { host: "127.0.0.1", port, method: request.method, path: request.url, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        answer.on("end", resolve);
      },
    );
    onward.on("error", reject);
    onward.end(body);
  });
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString() || "{}");
  } catch {
    throw new ServiceError("SerializationException", "the body is not JSON");
  }
}

function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    "content-type": "application/x-amz-json-1.0",
    "x-amzn-requestid": randomUUID(),
  });
  response.end(JSON.stringify(body));
}

function answerError(response: ServerResponse, error: unknown): void {
  if (error instanceof ServiceError) {
    answerJson(response, error.status, { __type: error.code, message: error.message });
    return;
  }
  console.error("local AWS endpoint:", error);
  answerJson(response, 500, { __type: "InternalServerError", message: "the local AWS endpoint failed" });
}
