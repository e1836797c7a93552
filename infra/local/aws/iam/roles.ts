/** The policies of the template's roles: inline, attached and AWS managed. Used by index.ts. */
import * as v from "valibot";
import type { Stack } from "../../cloudformation.ts";
import { readIdentityPolicy, type Statement } from "./policy.ts";

const roleProperties = v.looseObject({
  Policies: v.optional(v.array(v.looseObject({ PolicyName: v.string(), PolicyDocument: v.unknown() })), []),
  ManagedPolicyArns: v.optional(v.array(v.string()), []),
  PermissionsBoundary: v.optional(v.string()),
});
const attachedProperties = v.looseObject({
  PolicyDocument: v.unknown(),
  Roles: v.optional(v.array(v.string()), []),
});

/** The AWS managed policies that the template uses. */
const managedPolicies: Readonly<Record<string, unknown>> = {
  "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole": {
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: "*",
    },
  },
};

/** The role's statements. @throws {Error} for a role outside the template, or a policy that is not supported here */
export function readRole(stack: Stack, roleArn: string): Statement[] {
  const role = stack.ofType("AWS::IAM::Role").find(({ arn }) => arn === roleArn);
  if (role === undefined) throw new Error(`the role ${roleArn} is not in the template`);
  const { Policies, ManagedPolicyArns, PermissionsBoundary } = v.parse(roleProperties, role.properties);
  if (PermissionsBoundary !== undefined)
    throw new Error(`the local run knows no permissions boundary: ${role.logicalId} has one`);
  const attached = [...stack.ofType("AWS::IAM::Policy"), ...stack.ofType("AWS::IAM::ManagedPolicy")]
    .map(({ logicalId, properties }) => ({ logicalId, ...v.parse(attachedProperties, properties) }))
    .filter(({ Roles }) => Roles.includes(role.ref));
  return [
    ...Policies.flatMap(({ PolicyName, PolicyDocument }) =>
      readIdentityPolicy(PolicyDocument, `${PolicyName} of ${role.logicalId}`),
    ),
    ...attached.flatMap(({ logicalId, PolicyDocument }) => readIdentityPolicy(PolicyDocument, logicalId)),
    ...ManagedPolicyArns.flatMap((arn) => {
      if (!Object.hasOwn(managedPolicies, arn))
        throw new Error(`the local run does not know the managed policy ${arn} of ${role.logicalId}`);
      return readIdentityPolicy(managedPolicies[arn], arn);
    }),
  ];
}
