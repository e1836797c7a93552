/**
 * Stands in the bundles for the SDK's chain of credential providers (infra/bundle/bundle.ts): every client of ours is given its
 * credentials (client.ts), so the chain is never asked, and it is a third of a client's start-up time.
 */
export const defaultProvider = () => async (): Promise<never> => {
  throw new Error("the client was made without credentials: make it with clientConfiguration()");
};
