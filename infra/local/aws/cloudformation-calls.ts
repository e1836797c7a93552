/**
 * The part of CloudFormation by which a stack is looked at, in the AWS Query protocol: `DescribeStacks` and `GetTemplate` of the
 * one stack of the local run. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
 */
import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { escapeXml } from "../carrier/answers/sns.ts";
import { accountId, region } from "../cloudformation.ts";
import type { HttpAnswer } from "./iam/access-denied.ts";

export interface DeployedStack {
  name: string;
  outputs: Readonly<Record<string, string>>;
  /** As it was handed in. */
  template: string;
}

const input = v.looseObject({ StackName: v.optional(v.string()) });

export function answerCloudFormation(action: string, form: unknown, stack: DeployedStack): HttpAnswer {
  const { StackName = stack.name } = v.parse(input, form);
  const { name, outputs, template } = stack;
  const id = `arn:aws:cloudformation:${region}:${accountId}:stack/${name}/local`;
  if (StackName !== name && StackName !== id)
    return refused("ValidationError", `Stack with id ${StackName} does not exist`);
  switch (action) {
    case "DescribeStacks": {
      const members = Object.entries(outputs).map(
        ([key, value]) =>
          `<member><OutputKey>${key}</OutputKey><OutputValue>${escapeXml(value)}</OutputValue></member>`,
      );
      return answered(
        action,
        `<Stacks><member><StackId>${id}</StackId><StackName>${name}</StackName><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${members.join("")}</Outputs></member></Stacks>`,
      );
    }
    case "GetTemplate":
      return answered(action, `<TemplateBody>${escapeXml(template)}</TemplateBody>`);
    default:
      return refused("InvalidAction", `the local CloudFormation does not know ${action}`);
  }
}

const namespace = 'xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"';
const xml = (status: number, body: string): HttpAnswer => ({
  status,
  headers: { "content-type": "text/xml", "x-amzn-requestid": randomUUID() },
  body,
});
const answered = (action: string, result: string) =>
  xml(
    200,
    `<${action}Response ${namespace}><${action}Result>${result}</${action}Result></${action}Response>`,
  );
const refused = (code: string, message: string) =>
  xml(
    400,
    `<ErrorResponse ${namespace}><Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error></ErrorResponse>`,
  );
