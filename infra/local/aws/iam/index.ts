/**
 * The local IAM: identifies the calling function by its access key, and evaluates the template's policies. Any other
 * credentials count as an administrator's. Loaded by the local system; used by the AWS endpoint, the state machine and
 * wiring.ts.
 */
import * as v from "valibot";
import type { Stack } from "../../cloudformation.ts";
import type { AwsCall } from "../aws-call.ts";
import { sessionArn } from "./arns.ts";
import type { Context } from "./conditions.ts";
import { accessKeyIdOf } from "./credentials.ts";
import { evaluate, type Principal, type Statement } from "./policy.ts";
import { type Access, requiredAccess } from "./requests.ts";
import { readResourcePolicies } from "./resource-policies.ts";
import { readRole } from "./roles.ts";

/** The caller, with the name that AWS uses in a refusal. */
export interface Caller {
  principal: Principal;
  name: string;
}

const roleOfFunction = v.looseObject({ Role: v.string() });
const roleOfMachine = v.looseObject({ RoleArn: v.string() });

/** Requests count as encrypted, as they are on AWS. */
const encrypted: Context = { "aws:SecureTransport": "true" };

export class Iam {
  /** By ARN. */
  readonly #roles = new Map<string, Statement[]>();
  /** By the ARN of the queue, topic or function. */
  #resources = new Map<string, Statement[]>();
  /** By access key. */
  readonly #functions = new Map<string, Caller>();

  /** @throws {Error} for a policy with elements that are not supported here */
  load(stack: Stack): void {
    this.#resources = readResourcePolicies(stack);
    for (const { arn } of stack.ofType("AWS::IAM::Role")) this.#roles.set(arn, readRole(stack, arn));
    for (const { ref, properties } of stack.ofType("AWS::Lambda::Function")) {
      const { Role } = v.parse(roleOfFunction, properties);
      this.#roles.set(Role, readRole(stack, Role));
      this.#functions.set(accessKeyIdOf(ref), roleCaller(Role, ref));
    }
    for (const { properties } of stack.ofType("AWS::StepFunctions::StateMachine")) {
      const { RoleArn } = v.parse(roleOfMachine, properties);
      this.#roles.set(RoleArn, readRole(stack, RoleArn));
    }
  }

  callerOfFunction(name: string): Caller {
    const caller = this.#functions.get(accessKeyIdOf(name));
    if (caller === undefined) throw new Error(`the function ${name} is not in the template`);
    return caller;
  }

  /** Why a call to the AWS endpoint is refused; undefined if it is allowed. */
  refusalOfCall(call: AwsCall): string | undefined {
    const caller = this.#functions.get(call.accessKeyId ?? "");
    if (caller === undefined) return undefined;
    const accesses = requiredAccess(call);
    if (accesses === undefined)
      return `User: ${caller.name} is not authorized: the local run does not know what permission ${call.service}:${call.action || "?"} needs`;
    for (const access of accesses) {
      const refusal = this.refusal(caller, access, access.context);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  /** In AWS's words; undefined if it is allowed. */
  refusal(caller: Caller, access: Access, context: Context = {}): string | undefined {
    const { principal, name } = caller;
    const ofRole = "role" in principal ? (this.#roles.get(principal.role) ?? []) : [];
    const ofResource = this.#resources.get(access.resource) ?? [];
    const request = { principal, ...access, context: { ...encrypted, ...context } };
    const verdicts = { identity: evaluate(ofRole, request), resource: evaluate(ofResource, request) };
    const denied = `User: ${name} is not authorized to perform: ${access.action} on resource: ${access.resource}`;
    for (const kind of ["identity", "resource"] as const)
      if (verdicts[kind] === "Deny") return `${denied} with an explicit deny in ${an(kind)}-based policy`;
    // Within one account, one of the two is enough.
    if (verdicts.identity === "Allow" || verdicts.resource === "Allow") return undefined;
    const missing = "role" in principal ? "identity" : "resource";
    return `${denied} because no ${missing}-based policy allows the ${access.action} action`;
  }
}

export const roleCaller = (roleArn: string, session: string): Caller => ({
  principal: { role: roleArn },
  name: sessionArn(roleArn, session),
});
export const serviceCaller = (service: string): Caller => ({ principal: { service }, name: service });

const an = (kind: string) => (kind === "identity" ? "an identity" : "a resource");
