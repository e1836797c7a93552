/** Who calls: what the authorizer says of the key, and what a key may be allowed to do. Made by functions/api/authorizer.ts. */

export const scopes = ["send", "read", "profiles", "webhook"] as const;
export type Scope = (typeof scopes)[number];

export interface Caller {
  /** Whose key it is: messages, profiles and idempotency keys are a client's own. */
  client: string;
  /** Names the key, and is no secret. */
  keyId: string;
  scopes: string[];
  /** Requests a second; absent: no limit. */
  rateLimit?: number;
}
