/** `--local`: a command uses the local run on this machine, as if the AWS CLI's variables were set for it. */
import { CommandError, UsageError } from "./command-line.ts";

/** The API of the local run, and its key. @throws {UsageError} if API_PORT is not a port */
export const localApi = (environment: NodeJS.ProcessEnv): { api: string; apiKey: string } => ({
  api: `http://127.0.0.1:${portOf(environment, "API_PORT", "3000", "API")}`,
  apiKey: "local",
});

function portOf(environment: NodeJS.ProcessEnv, variable: string, usual: string, of: string): string {
  const port = environment[variable] || usual;
  if (/^\d+$/.test(port) && port !== "0") return port;
  throw new UsageError(
    `${variable} is "${port}": set it to the port of the ${of}, which \`npm start\` prints`,
  );
}

export function useLocalRun(environment: NodeJS.ProcessEnv): void {
  const port = portOf(environment, "AWS_PORT", "4566", "AWS endpoint");
  Object.assign(environment, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
  });
  delete environment.AWS_PROFILE;
}

/** The carrier of the local run, which is its Graph API too. @throws {UsageError} if CARRIER_PORT is not a port */
export const localCarrier = (environment: NodeJS.ProcessEnv): string =>
  `http://127.0.0.1:${portOf(environment, "CARRIER_PORT", "3001", "carrier")}`;

/** The time of the local run's clock, which the page and tests move. @throws if no local run answers at CARRIER_PORT */
export async function localNow(environment: NodeJS.ProcessEnv): Promise<Date> {
  const carrier = localCarrier(environment);
  const answer = await fetch(`${carrier}/carrier/clock`);
  if (!answer.ok)
    throw new CommandError(`no carrier answers at ${carrier}: set CARRIER_PORT as \`npm start\` prints it`);
  const { now } = (await answer.json()) as { now: string };
  return new Date(now);
}
