/** The secrets of a deployment: which it needs, and whether what stands in a parameter can be one. */
import type { Deployment } from "./deployment.ts";

export interface Secret {
  parameter: string;
  /** What it is, for people. */
  what: string;
  /** What is wrong with the value; undefined where nothing is. */
  faultOf: (value: string) => string | undefined;
}

type Form = Secret["faultOf"];

const atLeast =
  (length: number): Form =>
  (value) =>
    value.length < length
      ? `has ${value.length} characters: it must be at least ${length} random ones`
      : undefined;
const each =
  (form: Form): Form =>
  (value) =>
    value
      .split(",")
      .map((part) => form(part.trim()))
      .find((fault) => fault !== undefined);

/** By the secret's name; the others are whatever their owner chose. */
const forms: Readonly<Record<string, Form>> = {
  hashKey: each((key) => (key === "unkeyed" ? undefined : atLeast(16)(key))),
  receiptKey: atLeast(16),
  appSecret: each((secret) =>
    /^[0-9a-f]{32}$/.test(secret) ? undefined : "must be Meta's 32 hex digits (App settings → Basic)",
  ),
};

/** Pasted with quotes, a line break or the README's ellipsis. */
const anySecret: Form = (value) =>
  value.trim() === ""
    ? "is blank"
    : /^["'].*["']$|…|^\s|\s$/s.test(value)
      ? "has quotes, white space or an ellipsis around it"
      : undefined;

export function secretsOf({ stackName, channels }: Pick<Deployment, "stackName" | "channels">): Secret[] {
  const secret = (group: string, name: string, what: string): Secret => ({
    parameter: `/${stackName}/${group}/${name}`,
    what,
    faultOf: (value) => anySecret(value) ?? forms[name]?.(value),
  });
  return [
    secret("contacts", "hashKey", "the key of the hashes by which messages are found"),
    ...channels.flatMap(({ id, secrets, secretsOf: owner = id, receipts }) =>
      owner !== id && channels.some((other) => other.id === owner)
        ? []
        : Object.entries({ ...receipts?.app?.secrets, ...receipts?.webhook?.secrets, ...secrets }).map(
            ([name, what]) => secret(owner, name, what),
          ),
    ),
  ];
}
