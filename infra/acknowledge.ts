/** Accepts findings of cdk-nag's AWS Solutions pack, with the reason, next to the resource that they concern. */
import { Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/** `reasons`: by cdk-nag's id of the finding. */
export function acknowledge(construct: IConstruct, reasons: Readonly<Record<string, string>>): void {
  Validations.of(construct).acknowledge(...Object.entries(reasons).map(([id, reason]) => ({ id, reason })));
}
