/** The part of SSM Parameter Store that the functions and a user of the AWS CLI need. */
import * as v from "valibot";
import { accountId, region } from "../cloudformation.ts";
import { ServiceError } from "./service-error.ts";

const input = v.looseObject({
  Name: v.optional(v.string(), ""),
  Names: v.optional(v.array(v.string()), []),
  Value: v.optional(v.string(), ""),
  Type: v.optional(v.string(), "String"),
  WithDecryption: v.optional(v.boolean(), false),
  Overwrite: v.optional(v.boolean(), false),
  Path: v.optional(v.string(), ""),
  Recursive: v.optional(v.boolean(), false),
});

export class ParameterStore {
  readonly #parameters = new Map<string, { value: string; type: string; version: number }>();

  put(name: string, value: string, type = "SecureString"): number {
    const version = (this.#parameters.get(name)?.version ?? 0) + 1;
    this.#parameters.set(name, { value, type, version });
    return version;
  }

  handle(action: string, body: unknown): object {
    const { Name, Names, Value, Type, WithDecryption, ...given } = v.parse(input, body);
    switch (action) {
      case "PutParameter":
        if (this.#parameters.has(Name) && !given.Overwrite)
          throw new ServiceError(
            "ParameterAlreadyExists",
            "The parameter already exists: set Overwrite to replace it.",
          );
        return { Version: this.put(Name, Value, Type), Tier: "Standard" };
      case "GetParameter": {
        const Parameter = this.#find(Name, WithDecryption);
        if (Parameter === undefined)
          throw new ServiceError("ParameterNotFound", `Parameter ${Name} not found.`);
        return { Parameter };
      }
      case "GetParameters": {
        const found = Names.map((name) => this.#find(name, WithDecryption));
        return {
          Parameters: found.filter((one) => one !== undefined),
          InvalidParameters: Names.filter((_, index) => found[index] === undefined),
        };
      }
      case "GetParametersByPath": {
        const folder = given.Path.endsWith("/") ? given.Path : `${given.Path}/`;
        const names = [...this.#parameters.keys()].filter(
          (name) => name.startsWith(folder) && (given.Recursive || !name.slice(folder.length).includes("/")),
        );
        return { Parameters: names.sort().map((name) => this.#find(name, WithDecryption)) };
      }
      case "DeleteParameter":
        if (!this.#parameters.delete(Name))
          throw new ServiceError("ParameterNotFound", `Parameter ${Name} not found.`);
        return {};
      default:
        throw new ServiceError(
          "UnknownOperationException",
          `the local Parameter Store does not know ${action}`,
        );
    }
  }

  #find(name: string, decrypt: boolean) {
    const found = this.#parameters.get(name);
    if (found === undefined) return undefined;
    const hidden = found.type === "SecureString" && !decrypt;
    return {
      Name: name,
      Type: found.type,
      Value: hidden ? Buffer.from(found.value).toString("base64") : found.value,
      Version: found.version,
      DataType: "text",
      ARN: `arn:aws:ssm:${region}:${accountId}:parameter/${name.replace(/^\//, "")}`,
    };
  }
}
