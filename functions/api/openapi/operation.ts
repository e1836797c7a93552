/** What the document says about one route, apart from its schemas, which have the names in schemas.ts. */
import type { WebhookFacts } from "../../domain/channel.ts";
import type { Scope } from "../../http/caller.ts";
import type { EventSchemaName, SchemaName } from "./schemas.ts";

export interface Answer {
  description: string;
  schema?: SchemaName;
  /** @default application/json */
  contentType?: string;
  headers?: Record<string, object>;
  /** Whether API Gateway may give this answer instead of the function. */
  orByGateway?: true;
}

export interface Operation {
  /** As in API Gateway: `POST /messages`. */
  route: string;
  id: string;
  tag:
    | "Messages"
    | "Rules"
    | "Profiles"
    | "Settings"
    | "Webhook"
    | "Receipts"
    | "Omnichannel API"
    | "This document";
  summary: string;
  description?: string;
  /** The scope that the API key needs; `open`: no API key is needed; otherwise the proof that the provider is calling. */
  caller: Scope | "open" | WebhookFacts["proof"];
  parameters?: readonly object[];
  request?: { schema: SchemaName | EventSchemaName; description?: string; examples: Record<string, unknown> };
  answers: Readonly<Record<number, Answer>>;
}

export const problem = (description: string): Answer => ({
  description,
  schema: "Problem",
  contentType: "application/problem+json",
});
export const notValid = problem("The request is not valid: one entry for each fault, with its field.");
