/** What the functions call on one machine: their clients keep connections, and a busy machine leaves them idle for long. */
import { expect, it } from "vitest";
import { type AwsEndpointOptions, createAwsEndpoint } from "../../infra/local/aws/aws-endpoint.ts";

it("the AWS endpoint closes no connection for being idle", () => {
  expect(createAwsEndpoint({} as AwsEndpointOptions).keepAliveTimeout).toBe(0);
});
