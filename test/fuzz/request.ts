/** A request of the fuzz, as it goes over the wire. */
import type fc from "fast-check";
import type { Operation } from "../contract/contract.ts";

export type Kind = "valid" | "nearly valid" | "hostile";

export interface FuzzRequest {
  kind: Kind;
  /** What is wrong with it, in words. */
  what: string;
  method: string;
  /** With its query. `{message:3}` stands for the fourth message that was sent before. */
  path: string;
  /** In their order, a name as often as it is sent. */
  headers: [name: string, value: string][];
  /** Made when it is sent: some are large. */
  body?: () => string;
  /** The body goes out with the signature that Meta would give it. */
  signed?: boolean;
  /** Whoever accepts it is wrong. */
  mustBeRefused?: boolean;
}

export interface Target {
  route: string;
  operation: Operation;
  /** Requests that fit the document. */
  valid: fc.Arbitrary<FuzzRequest>;
  /** Their bodies. */
  bodies: fc.Arbitrary<unknown> | undefined;
}
