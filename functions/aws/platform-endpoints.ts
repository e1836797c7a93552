/**
 * The SNS platform endpoints that App messaging makes for devices, and their end. An endpoint is found by its token only by
 * making it again, which answers the one that is there.
 * https://docs.aws.amazon.com/sns/latest/api/API_CreatePlatformEndpoint.html
 */
import {
  CreatePlatformEndpointCommand,
  DeleteEndpointCommand,
  InvalidParameterException,
  NotFoundException,
  SNSClient,
} from "@aws-sdk/client-sns";
import type { AppDevice } from "../domain/channel.ts";
import { clientConfiguration } from "./client.ts";

/** The platform applications of this deployment. */
export type PlatformApplications = Readonly<Partial<Record<AppDevice["platform"], string>>>;

/** Every call here may be made again: unlike a Publish. */
export const createPlatformClient = () => new SNSClient(clientConfiguration());

export function createPlatformEndpoints(client: SNSClient, applications: PlatformApplications) {
  /** Undefined: there is none, and there can be none. */
  async function find({ platform, token: Token }: AppDevice): Promise<string | undefined> {
    const PlatformApplicationArn = applications[platform];
    if (PlatformApplicationArn === undefined) return undefined;
    try {
      const made = await client.send(new CreatePlatformEndpointCommand({ PlatformApplicationArn, Token }));
      return made.EndpointArn;
    } catch (error) {
      // The application is gone, and its endpoints with it.
      if (error instanceof NotFoundException) return undefined;
      // "Endpoint arn:… already exists with the same Token, but different attributes", or a token that is none.
      if (error instanceof InvalidParameterException)
        return /Endpoint (arn:\S+) already exists/.exec(error.message)?.[1];
      throw error;
    }
  }

  return {
    /** One that is not there is as good as deleted. */
    async delete(device: AppDevice): Promise<void> {
      const EndpointArn = await find(device);
      if (EndpointArn !== undefined) await client.send(new DeleteEndpointCommand({ EndpointArn }));
    },
  };
}
export type PlatformEndpoints = ReturnType<typeof createPlatformEndpoints>;
