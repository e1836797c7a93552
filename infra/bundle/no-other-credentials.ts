/**
 * Replaces the SDK's credential provider chain in the bundles (infra/bundle/bundle.ts): every client gets its credentials
 * explicitly (functions/aws/client.ts), and the unused chain would take a third of a client's start-up time.
 */
export const defaultProvider = () => async (): Promise<never> => {
  throw new Error("the client was made without credentials: make it with clientConfiguration()");
};
