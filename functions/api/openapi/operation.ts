/** What the document says of one route, beyond its schemas, which are named as in schemas.ts. */
import type { Scope } from "../../http/caller.ts";
import type { SchemaName } from "./schemas.ts";

export interface Answer {
  description: string;
  schema?: SchemaName;
  /** @default application/json */
  contentType?: string;
  headers?: Record<string, object>;
  /** API Gateway may give it in the function's place. */
  orByGateway?: true;
}

export interface Operation {
  /** As API Gateway has it: `POST /messages`. */
  route: string;
  id: string;
  tag: "Messages" | "Rules" | "Profiles" | "Webhook" | "Receipts" | "This document";
  summary: string;
  description?: string;
  /** The scope that the API key needs; `signature`: Meta alone; `open`: what the request brings is its own key, or none is needed. */
  caller: Scope | "signature" | "open";
  parameters?: readonly object[];
  request?: { schema: SchemaName; description?: string; examples: Record<string, unknown> };
  answers: Readonly<Record<number, Answer>>;
}

export const problem = (description: string): Answer => ({
  description,
  schema: "Problem",
  contentType: "application/problem+json",
});
export const notValid = problem("The request is not valid: one entry a fault, each with its field.");
