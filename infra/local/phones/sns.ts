/**
 * Amazon SNS as far as it reaches phones: Publish to a phone number or a platform endpoint, and the endpoints themselves, in
 * the AWS Query protocol. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
import { createHash, randomUUID } from "node:crypto";
import * as v from "valibot";
import type { Phone, Phones } from "./phones.ts";

export interface SnsAnswer {
  status: number;
  body: string;
}
/** Undefined: not the carrier's (topics). `drop-connection`: the message was taken, and the caller gets no answer. */
export type SnsResult = SnsAnswer | "drop-connection" | undefined;

interface Endpoint {
  arn: string;
  token: string;
  attributes: Record<string, string>;
}

export class SnsPhones {
  readonly #phones: Phones;
  readonly #endpoints = new Map<string, Endpoint>();

  constructor(phones: Phones) {
    this.#phones = phones;
  }

  handle(form: URLSearchParams): SnsResult {
    const phoneNumber = form.get("PhoneNumber");
    const target = form.get("TargetArn") ?? "";
    switch (form.get("Action")) {
      case "Publish":
        if (phoneNumber !== null) return this.#publishSms(phoneNumber, form);
        return target.includes(":endpoint/") ? this.#publishPush(target, form) : undefined;
      case "CreatePlatformEndpoint":
        return this.#createEndpoint(form);
      case "GetEndpointAttributes":
        return this.#withEndpoint(form, (endpoint) =>
          success(
            "GetEndpointAttributes",
            mapXml("Attributes", {
              Enabled: String(this.#enabled(endpoint)),
              Token: endpoint.token,
              ...endpoint.attributes,
            }),
          ),
        );
      case "SetEndpointAttributes":
        return this.#withEndpoint(form, (endpoint) => {
          Object.assign(endpoint.attributes, entriesOf(form, "Attributes.entry"));
          return success("SetEndpointAttributes", "");
        });
      case "DeleteEndpoint":
        this.#endpoints.delete(form.get("EndpointArn") ?? "");
        return success("DeleteEndpoint", "");
      default:
        return undefined;
    }
  }

  #publishSms(phoneNumber: string, form: URLSearchParams): SnsResult {
    const message = form.get("Message") ?? "";
    const phone = this.#phones.at("sms", phoneNumber);
    if (!/^\+[1-9]\d{6,14}$/.test(phoneNumber) || !phone.registered)
      return failure(
        "InvalidParameter",
        `Invalid parameter: PhoneNumber Reason: ${phoneNumber} is not valid to publish to`,
      );
    if (message === "") return failure("InvalidParameter", "Invalid parameter: Empty message");
    if (message.length > 1600)
      return failure("InvalidParameter", "Invalid parameter: Message Reason: Message too long");
    return this.#deliver(phone, message);
  }

  #publishPush(target: string, form: URLSearchParams): SnsResult {
    const endpoint = this.#endpoints.get(target);
    if (endpoint === undefined) return failure("NotFound", "Endpoint does not exist", 404);
    if (!this.#enabled(endpoint)) return failure("EndpointDisabled", "Endpoint is disabled");
    const body = pushBody(target, form.get("Message") ?? "");
    if (body === undefined)
      return failure(
        "InvalidParameter",
        "Invalid parameter: Message Reason: Invalid notification for protocol",
      );
    return this.#deliver(this.#phones.at("appMessaging", endpoint.token), body);
  }

  #deliver(phone: Phone, body: string): SnsResult {
    const fault = this.#phones.faultOf(phone);
    if (fault === "throttled") return failure("Throttling", "Rate exceeded");
    if (fault === "unavailable") return failure("ServiceUnavailable", "Service is unavailable", 503);
    if (fault === "rejected") return failure("ParameterValueInvalid", "Invalid parameter value");
    const messageId = randomUUID();
    this.#phones.receive(phone, messageId, body);
    return fault === "lost-answer"
      ? "drop-connection"
      : success("Publish", `<MessageId>${messageId}</MessageId>`);
  }

  /** Idempotent for the same token and attributes, as the real one. */
  #createEndpoint(form: URLSearchParams): SnsAnswer {
    const application = form.get("PlatformApplicationArn") ?? "";
    const token = form.get("Token") ?? "";
    if (!/^arn:aws:sns:[^:]+:\d{12}:app\/(GCM|APNS|APNS_SANDBOX)\/[\w.-]+$/.test(application))
      return failure(
        "InvalidParameter",
        "Invalid parameter: PlatformApplicationArn Reason: Wrong number of slashes in relative portion of the ARN.",
      );
    if (token === "")
      return failure("InvalidParameter", "Invalid parameter: Token Reason: must not be empty");
    const arn = `${application.replace(":app/", ":endpoint/")}/${createHash("sha256").update(token).digest("hex").slice(0, 32)}`;
    const userData = form.get("CustomUserData");
    const attributes = {
      ...entriesOf(form, "Attributes.entry"),
      ...(userData === null ? {} : { CustomUserData: userData }),
    };
    const known = this.#endpoints.get(arn);
    if (known !== undefined && JSON.stringify(known.attributes) !== JSON.stringify(attributes))
      return failure(
        "InvalidParameter",
        `Invalid parameter: Token Reason: Endpoint ${arn} already exists with the same Token, but different attributes.`,
      );
    this.#endpoints.set(arn, known ?? { arn, token, attributes });
    return success("CreatePlatformEndpoint", `<EndpointArn>${arn}</EndpointArn>`);
  }

  #withEndpoint(form: URLSearchParams, answer: (endpoint: Endpoint) => SnsAnswer): SnsAnswer {
    const endpoint = this.#endpoints.get(form.get("EndpointArn") ?? "");
    return endpoint === undefined ? failure("NotFound", "Endpoint does not exist", 404) : answer(endpoint);
  }

  #enabled({ token, attributes }: Endpoint): boolean {
    return attributes.Enabled !== "false" && this.#phones.at("appMessaging", token).registered;
  }
}

const outer = v.looseObject({ default: v.string() });
const notification = v.looseObject({ title: v.optional(v.string()), body: v.string() });
const gcm = v.object({
  fcmV1Message: v.object({
    message: v.looseObject({ notification, data: v.optional(v.record(v.string(), v.string())) }),
  }),
});
const apns = v.looseObject({ aps: v.looseObject({ alert: notification }) });

/** The text that the device shows; undefined where the payload is not what the platform takes. */
function pushBody(target: string, message: string): string | undefined {
  try {
    const envelope = v.parse(outer, JSON.parse(message));
    const platform = /:endpoint\/([^/]+)\//.exec(target)?.[1] ?? "";
    const payload: unknown = JSON.parse(v.parse(v.string(), envelope[platform]));
    return platform === "GCM"
      ? v.parse(gcm, payload).fcmV1Message.message.notification.body
      : v.parse(apns, payload).aps.alert.body;
  } catch {
    return undefined;
  }
}

const namespace = 'xmlns="http://sns.amazonaws.com/doc/2010-03-31/"';
const escapeXml = (text: string) => text.replace(/[<>&'"]/g, (character) => `&#${character.charCodeAt(0)};`);

function success(action: string, result: string): SnsAnswer {
  const metadata = `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;
  return {
    status: 200,
    body: `<${action}Response ${namespace}><${action}Result>${result}</${action}Result>${metadata}</${action}Response>`,
  };
}

function failure(code: string, message: string, status = 400): SnsAnswer {
  const error = `<Error><Type>${status < 500 ? "Sender" : "Receiver"}</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
  return {
    status,
    body: `<ErrorResponse ${namespace}>${error}<RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
  };
}

const mapXml = (name: string, values: Record<string, string>) =>
  `<${name}>${Object.entries(values)
    .map(([key, value]) => `<entry><key>${escapeXml(key)}</key><value>${escapeXml(value)}</value></entry>`)
    .join("")}</${name}>`;

/** `Attributes.entry.1.key=…&Attributes.entry.1.value=…` */
function entriesOf(form: URLSearchParams, prefix: string): Record<string, string> {
  const entries: Record<string, string> = {};
  for (let index = 1; form.has(`${prefix}.${index}.key`); index++)
    entries[form.get(`${prefix}.${index}.key`) ?? ""] = form.get(`${prefix}.${index}.value`) ?? "";
  return entries;
}
