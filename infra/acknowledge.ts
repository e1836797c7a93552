/** What cdk-nag's AWS Solutions pack would have otherwise, and why it is as it is: beside the resource that it is about. */
import { Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/** Reasons by the ids that cdk-nag gives its findings. */
export function acknowledge(construct: IConstruct, reasons: Readonly<Record<string, string>>): void {
  Validations.of(construct).acknowledge(...Object.entries(reasons).map(([id, reason]) => ({ id, reason })));
}
