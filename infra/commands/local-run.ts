/** `--local`: a command speaks to the local run of this machine as if the AWS CLI's variables were set for it. */
import { UsageError } from "./command-line.ts";

export function useLocalRun(environment: NodeJS.ProcessEnv): void {
  const port = environment.AWS_PORT || "4566";
  if (!/^\d+$/.test(port) || port === "0")
    throw new UsageError(
      `AWS_PORT is "${port}": set it to the port of the AWS endpoint, which \`npm start\` prints`,
    );
  Object.assign(environment, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
  });
  delete environment.AWS_PROFILE;
}
