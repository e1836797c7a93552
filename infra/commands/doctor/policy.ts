/** The least IAM policy with which the doctor reads everything, from the table of its reads. Pure. */
import { type Permissions, reads, stackPermissions } from "./reads.ts";

export function policy(stackName: string, partition: string): object {
  const byResource = new Map<string, Set<string>>();
  const add = (permissions: Permissions) => {
    for (const [action, resource] of Object.entries(permissions)) {
      const service = action.split(":")[0];
      const arn =
        resource === "*" ? "*" : `arn:${partition}:${service}:*:*:${resource.replace("{stack}", stackName)}`;
      byResource.set(arn, (byResource.get(arn) ?? new Set()).add(action));
    }
  };
  add(stackPermissions);
  for (const { permissions } of Object.values(reads)) add(permissions);
  return {
    Version: "2012-10-17",
    Statement: [...byResource].map(([Resource, actions]) => ({
      Effect: "Allow",
      Action: [...actions].sort(),
      Resource,
    })),
  };
}

/** By the beginning of the region's name: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
export const partitionOf = (region = ""): string =>
  region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
