/**
 * Amazon SNS's platform endpoints: one for each device token of a platform application. Every well-formed application of the
 * local account exists. index.ts passes the calls, sns-push.ts publishes to the endpoints.
 * https://docs.aws.amazon.com/sns/latest/api/API_CreatePlatformEndpoint.html
 */
import { randomUUID } from "node:crypto";
import { toHttp } from "./answers/fill.ts";
import { syncAnswer } from "./answers/index.ts";
import { escapeXml } from "./answers/sns.ts";
import type { Phones } from "./phones.ts";
import type { SnsAnswer } from "./sns-wire.ts";
import { attributesOf, attributesXml, invalidParameter, success } from "./sns-wire.ts";

export type Platform = "GCM" | "APNS" | "APNS_SANDBOX";

export interface Endpoint {
  arn: string;
  application: string;
  platform: Platform;
  token: string;
  enabled: boolean;
  customUserData: string;
}

const platforms: Readonly<Record<string, Platform>> = {
  GCM: "GCM",
  APNS: "APNS",
  APNS_SANDBOX: "APNS_SANDBOX",
};

export class SnsEndpoints {
  /** The account and region of this SNS. */
  readonly accountId: string;
  readonly #phones: Phones;
  readonly #owner: string;
  readonly #endpoints = new Map<string, Endpoint>();

  constructor(phones: Phones, { region, accountId }: { region: string; accountId: string }) {
    this.accountId = accountId;
    this.#phones = phones;
    this.#owner = `arn:aws:sns:${region}:${accountId}:`;
  }

  find(arn: string): Endpoint | undefined {
    return this.#endpoints.get(arn);
  }

  forget(): void {
    this.#endpoints.clear();
  }

  /** Undefined if the call is not about endpoints. */
  handle(action: string, form: URLSearchParams): SnsAnswer | undefined {
    switch (action) {
      case "CreatePlatformEndpoint":
        return this.#create(form);
      case "GetEndpointAttributes":
        return this.#at(form, (endpoint) => success(action, this.#attributes(endpoint)));
      case "SetEndpointAttributes":
        return this.#at(form, (endpoint) => this.#set(endpoint, form));
      case "DeleteEndpoint":
        this.#endpoints.delete(form.get("EndpointArn") ?? "");
        return success(action);
      case "ListEndpointsByPlatformApplication":
        return this.#list(form);
      default:
        return undefined;
    }
  }

  #create(form: URLSearchParams): SnsAnswer {
    const application = form.get("PlatformApplicationArn") ?? "";
    const token = form.get("Token") ?? "";
    const platform = this.#platformOf(application);
    if (platform === undefined) return noApplication(application);
    if (token === "") return invalidParameter("Token Reason: cannot be empty");
    const { Enabled, ...attributes } = attributesOf(form);
    const customUserData = form.get("CustomUserData") ?? attributes.CustomUserData ?? "";
    const fault = faultIn(Enabled, customUserData);
    if (fault !== undefined) return fault;
    const known = this.#of(application).find((endpoint) => endpoint.token === token);
    const arn = known?.arn ?? `${application.replace(":app/", ":endpoint/")}/${randomUUID()}`;
    const answer = this.#phones.answerTo("CreatePlatformEndpoint", {
      channel: "appMessaging",
      address: token,
      identities: [application, this.accountId],
    });
    const values = { requestId: randomUUID(), endpointArn: arn, identity: application };
    if (answer !== undefined && !answer.takesMessage) return toHttp(answer, values);
    // A disabled endpoint is returned unchanged, unless the call sets another state.
    if (known !== undefined && (known.customUserData !== customUserData || differs(known, Enabled)))
      return toHttp(syncAnswer("appMessaging-InvalidParameter-same-token"), values);
    if (known === undefined)
      this.#endpoints.set(arn, {
        arn,
        application,
        platform,
        token,
        enabled: Enabled?.toLowerCase() !== "false",
        customUserData,
      });
    if (answer !== undefined) return toHttp(answer, values);
    return success("CreatePlatformEndpoint", `<EndpointArn>${escapeXml(arn)}</EndpointArn>`);
  }

  #set(endpoint: Endpoint, form: URLSearchParams): SnsAnswer {
    const { Token, Enabled, CustomUserData = endpoint.customUserData } = attributesOf(form);
    const fault = faultIn(Enabled, CustomUserData);
    if (fault !== undefined) return fault;
    if (Token === "") return invalidParameter("Token Reason: cannot be empty");
    if (Token !== undefined) endpoint.token = Token;
    if (Enabled !== undefined) endpoint.enabled = Enabled.toLowerCase() === "true";
    endpoint.customUserData = CustomUserData;
    return success("SetEndpointAttributes");
  }

  #list(form: URLSearchParams): SnsAnswer {
    const application = form.get("PlatformApplicationArn") ?? "";
    if (this.#platformOf(application) === undefined) return noApplication(application);
    const members = this.#of(application).map(
      (endpoint) =>
        `<member><EndpointArn>${escapeXml(endpoint.arn)}</EndpointArn>${this.#attributes(endpoint)}</member>`,
    );
    return success("ListEndpointsByPlatformApplication", `<Endpoints>${members.join("")}</Endpoints>`);
  }

  #at(form: URLSearchParams, answer: (endpoint: Endpoint) => SnsAnswer): SnsAnswer {
    const endpoint = this.find(form.get("EndpointArn") ?? "");
    const requestId = randomUUID();
    return endpoint === undefined
      ? toHttp(syncAnswer("appMessaging-NotFound"), { requestId })
      : answer(endpoint);
  }

  #of(application: string): Endpoint[] {
    return [...this.#endpoints.values()].filter((endpoint) => endpoint.application === application);
  }

  #attributes({ token, enabled, customUserData }: Endpoint): string {
    // SNS disables an endpoint when FCM or APNs no longer knows its token.
    const Enabled = String(enabled && this.#phones.stateOf("appMessaging", token).registered);
    return attributesXml({ Enabled, Token: token, CustomUserData: customUserData });
  }

  #platformOf(application: string): Platform | undefined {
    if (!application.startsWith(this.#owner)) return undefined;
    return platforms[
      /^app\/([A-Z_]+)\/[\w.-]{1,256}$/.exec(application.slice(this.#owner.length))?.[1] ?? ""
    ];
  }
}

const differs = ({ enabled }: Endpoint, given: string | undefined) =>
  given !== undefined && (given.toLowerCase() === "true") !== enabled;

const noApplication = (arn: string) =>
  invalidParameter(`PlatformApplicationArn Reason: ${arn} is not an application of this account and region`);

function faultIn(enabled: string | undefined, customUserData: string): SnsAnswer | undefined {
  if (enabled !== undefined && !/^(true|false)$/i.test(enabled))
    return invalidParameter("Attributes Reason: Enabled must be true or false");
  return Buffer.byteLength(customUserData) > 2048
    ? invalidParameter("CustomUserData Reason: must be at most 2048 bytes")
    : undefined;
}
