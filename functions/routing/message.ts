/**
 * A message as it is stored: one item, what to send, the route, and a map of attempts by channel. Its status and its
 * trace are derived from it (`trace.ts`), never stored beside it.
 */
import type { Addresses, Status } from "../channels/channel.ts";

export interface Hop {
  channel: string;
  timeoutSeconds: number;
  until: Status;
}

export interface AttemptError {
  name: string;
  code?: string | undefined;
  message: string;
}

/** Times are ISO 8601. An empty attempt was not tried yet. */
export interface Attempt {
  claimedAt?: string;
  /** The token of the waiting task; the newest, when a retry adopted the attempt. */
  taskToken?: string;
  sentAt?: string;
  providerMessageIds?: string[];
  deliveredAt?: string;
  /** How far a delivered SMS is known to have come: not every carrier hears from the phone. */
  deliveredTo?: "carrier" | "phone";
  readAt?: string;
  /** The provider said no. */
  failedAt?: string;
  /** The request went out and no answer came. */
  unknownAt?: string;
  /** Of several devices, those whose copy failed; the attempt fails with the last one. */
  failedIds?: Set<string>;
  /** The route moved on from this channel. */
  endedAt?: string;
  /** When the first news came after that. */
  lateAt?: string;
  error?: AttemptError;
}

export interface Message {
  messageId: string;
  client: string;
  createdAt: string;
  /** SHA-256 of the request; empty where it was redacted. */
  fingerprint: string;
  addresses: Addresses;
  title?: string;
  body?: string;
  customBody?: Record<string, string>;
  channelOptions?: Record<string, Record<string, unknown>>;
  metadata?: Record<string, unknown>;
  /** The channels as the request gave them, in order. */
  rules: string[];
  route: Hop[];
  skipped: Record<string, string>;
  attempts: Record<string, Attempt>;
  /** ISO 8601; past it no channel is tried. */
  expiresOn?: string;
  /** Set once: nothing is tried after it. */
  finishedAt?: string;
  outcome?: "reached" | "undeliverable" | "expired" | "cancelled";
  /** Since when nothing personal is in it (redaction.ts). */
  redactedAt?: string;
  /** Unix seconds: DynamoDB deletes the item some time after. */
  ttl: number;
}
