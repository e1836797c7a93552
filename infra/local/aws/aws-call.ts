/**
 * Reads a request to the AWS endpoint, whatever its protocol: service, action, input and access key. Signatures are not
 * checked.
 */
import type { IncomingMessage } from "node:http";
import * as v from "valibot";
import { ServiceError } from "./service-error.ts";

export interface AwsCall {
  /** As in the credential scope of the signature; "" if unknown. */
  service: string;
  /** "" if unknown. */
  action: string;
  accessKeyId: string | undefined;
  /** The AWS Query protocol: a form as the request, XML as the response. */
  isQuery: boolean;
  /** The parsed input; a form's is flat. */
  input(): unknown;
}

/** `Credential=<key>/<date>/<region>/<service>/aws4_request` */
const credential = /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\/aws4_request/;
/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Operations.html */
const schedulerVerbs: Readonly<Record<string, string>> = { POST: "Create", GET: "Get", DELETE: "Delete" };
const invokePath = /^\/2015-03-31\/functions\/([^/]+)\/invocations/;

export function readCall({ headers, method, url = "" }: IncomingMessage, body: Buffer): AwsCall {
  const [, accessKeyId, scope] = credential.exec(headers.authorization ?? "") ?? [];
  const target = String(headers["x-amz-target"] ?? "");
  const service = scope ?? serviceOfTarget(target);
  const asJson = () => parseJson(body);
  const call = { service, accessKeyId, isQuery: false };
  if (service === "lambda") {
    const name = invokePath.exec(url)?.[1];
    if (name === undefined) return { ...call, action: "", input: asJson };
    const FunctionName = decodeURIComponent(name);
    return { ...call, action: "Invoke", input: () => ({ FunctionName, Payload: asJson() }) };
  }
  if (service === "ses") return { ...call, ...readSesCall(method, url, asJson) };
  if (service === "social-messaging") {
    const isSend = method === "POST" && url.startsWith("/v1/whatsapp/send");
    return { ...call, action: isSend ? "SendWhatsAppMessage" : "", input: asJson };
  }
  if (service === "scheduler") {
    const { pathname, searchParams } = new URL(url, "http://local");
    const [, path, name] = /^\/(schedules)(?:\/([^/]+))?$/.exec(pathname) ?? [];
    const verb = (path && schedulerVerbs[method ?? ""]) ?? "";
    const query = Object.fromEntries(searchParams);
    if (name === undefined)
      return { ...call, action: verb === "Get" ? "ListSchedules" : "", input: () => query };
    const input = () => ({
      ...(method === "POST" ? v.parse(v.looseObject({}), asJson()) : { GroupName: query.groupName }),
      Name: decodeURIComponent(name),
    });
    return { ...call, action: verb && `${verb}Schedule`, input };
  }
  if (headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) {
    const form = new URLSearchParams(body.toString());
    return {
      ...call,
      isQuery: true,
      action: form.get("Action") ?? "",
      input: () => Object.fromEntries(form),
    };
  }
  return { ...call, action: target.split(".").at(-1) ?? "", input: asJson };
}

/** REST: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Operations.html */
function readSesCall(method = "", url: string, body: () => unknown): Pick<AwsCall, "action" | "input"> {
  const [, kind, name] = /^\/v2\/email\/([\w-]+)(?:\/([^/?]+))?/.exec(url) ?? [];
  const value = decodeURIComponent(name ?? "");
  switch (`${method} ${kind}`) {
    case "POST outbound-emails":
      return { action: "SendEmail", input: body };
    case "GET account":
      return { action: "GetAccount", input: () => ({}) };
    case "GET identities":
      return { action: "GetEmailIdentity", input: () => ({ EmailIdentity: value }) };
    case "GET contact-lists":
      return { action: "GetContactList", input: () => ({ ContactListName: value }) };
    default:
      return { action: "", input: body };
  }
}

/** For unsigned requests. */
function serviceOfTarget(target: string): string {
  if (target.startsWith("DynamoDB")) return "dynamodb";
  if (target.startsWith("AWSStepFunctions")) return "states";
  if (target.startsWith("AmazonSQS")) return "sqs";
  if (target.startsWith("PinpointSMSVoiceV2")) return "sms-voice";
  return target.startsWith("AmazonSSM") ? "ssm" : "";
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString() || "{}");
  } catch {
    throw new ServiceError("SerializationException", "the body is not JSON");
  }
}
