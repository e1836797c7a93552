/**
 * What every AWS client of the functions shares. Lambda hands credentials over in the environment, so the SDK's chain of
 * other providers stays out of the bundles: it is most of their start-up time.
 */
export interface ClientConfiguration {
  region: string;
  credentials: () => Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string }>;
  requestHandler: { connectionTimeout: number; requestTimeout: number };
}

export const clientConfiguration = (): ClientConfiguration => ({
  region: environment("AWS_REGION"),
  credentials: async () => {
    const sessionToken = process.env.AWS_SESSION_TOKEN;
    return {
      accessKeyId: environment("AWS_ACCESS_KEY_ID"),
      secretAccessKey: environment("AWS_SECRET_ACCESS_KEY"),
      ...(sessionToken ? { sessionToken } : {}),
    };
  },
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 8_000 },
});

/** Reads a variable that the stack always sets. */
export function environment(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`the environment variable ${name} is not set`);
  return value;
}
