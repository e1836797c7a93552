/** The caller of the API: what functions/api/authorizer.ts knows of the API key, and the scopes that a key can have. */

export const scopes = ["send", "read", "profiles", "webhook", "settings"] as const;
export type Scope = (typeof scopes)[number];

export interface Caller {
  /** The client that the key belongs to: no client sees the messages, profiles and idempotency keys of another. */
  client: string;
  /** Names the key; it is not secret. */
  keyId: string;
  scopes: string[];
  /** Requests per second; absent: no limit. */
  rateLimit?: number;
}
