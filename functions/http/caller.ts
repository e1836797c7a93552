/** The caller of the API: what functions/api/authorizer.ts knows about the API key, and the scopes that a key can have. */

export const scopes = ["send", "read", "profiles", "rules", "webhook", "settings"] as const;
export type Scope = (typeof scopes)[number];

export interface Caller {
  /** The client that the key belongs to: no client sees the messages, profiles and idempotency keys of another. */
  client: string;
  /** Identifies the key; it is not secret. */
  keyId: string;
  scopes: string[];
  /** Requests per second; absent: no limit. */
  rateLimit?: number;
  /** A test key: its messages go to test addresses, and reach no provider. */
  test?: true;
}

/** The names that a client may have: they appear in tables, metrics and logs. `npm run keys` has the same rule. */
export const clientName = /^[\p{L}\p{N}](?:[\p{L}\p{N} ._@+-]{0,62}[\p{L}\p{N}._@+-])?$/u;
export const clientNameRule =
  "must begin with a letter or digit and have at most 64 letters, digits, spaces (inside) or . _ @ + -";
