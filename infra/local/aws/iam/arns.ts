/** The ARNs of the resources that requests name. */
import { accountId, region } from "../../physical-ids.ts";

const arnOf = (service: string, path: string) => `arn:aws:${service}:${region}:${accountId}:${path}`;
const unlessArn = (text: string, toArn: (name: string) => string) =>
  text.startsWith("arn:") ? text : toArn(text);

export const tableArn = (nameOrArn: string) =>
  unlessArn(nameOrArn, (name) => arnOf("dynamodb", `table/${name}`));

/** A selector (`name:3`) refers to a version of the same parameter. */
export const parameterArn = (nameOrArn: string) =>
  unlessArn(nameOrArn, (name) => arnOf("ssm", `parameter/${name.replace(/^\//, "").replace(/:.*$/, "")}`));

export const functionArn = (nameOrArn: string) =>
  unlessArn(nameOrArn, (name) => arnOf("lambda", `function:${name}`));

/** A URL is `https://host/<account>/<name>`. */
export const queueArn = (urlOrName: string) => arnOf("sqs", urlOrName.split("/").at(-1) ?? "");

export const smsVoiceArn = (kind: string, idOrArn: string) =>
  unlessArn(idOrArn, (id) => arnOf("sms-voice", `${kind}/${id}`));

export const socialNumberArn = (idOrArn: string) =>
  unlessArn(idOrArn, (id) => arnOf("social-messaging", id.replace(/^phone-number-id-/, "phone-number-id/")));

export const stateMachineOf = (executionArn: string) =>
  executionArn.replace(/:execution:([^:]+):.*$/, ":stateMachine:$1");

export const scheduleArn = (group: string, name: string) => arnOf("scheduler", `schedule/${group}/${name}`);

/** `identity/shop.example`, `configuration-set/local`, … */
export const sesArn = (path: string) => arnOf("ses", path);

export const logGroupArn = (name: string) => arnOf("logs", `log-group:${name}:*`);
export const httpApiArn = (apiId: string, path: string) => arnOf("execute-api", `${apiId}/${path}`);

/** The ARN of a role session, as in AWS's error messages. */
export const sessionArn = (roleArn: string, session: string) =>
  `arn:aws:sts::${accountId}:assumed-role/${roleArn.split("/").at(-1)}/${session}`;
