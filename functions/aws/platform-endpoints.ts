/**
 * Deletes the SNS platform endpoints that App messaging created for devices. The only way to find an endpoint by its token is to
 * create it again, which returns the existing one.
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

/** The ARNs of this deployment's platform applications. */
export type PlatformApplications = Readonly<Partial<Record<AppDevice["platform"], string>>>;

/** Unlike a Publish, these calls may be repeated. */
export const createPlatformClient = () => new SNSClient(clientConfiguration());

export function createPlatformEndpoints(client: SNSClient, applications: PlatformApplications) {
  /** Undefined where the device has no endpoint and cannot have one. */
  async function find({ platform, token: Token }: AppDevice): Promise<string | undefined> {
    const PlatformApplicationArn = applications[platform];
    if (PlatformApplicationArn === undefined) return undefined;
    try {
      const created = await client.send(new CreatePlatformEndpointCommand({ PlatformApplicationArn, Token }));
      return created.EndpointArn;
    } catch (error) {
      // The application was deleted, along with its endpoints.
      if (error instanceof NotFoundException) return undefined;
      // "Endpoint arn:… already exists with the same Token, but different attributes", or an invalid token.
      if (error instanceof InvalidParameterException)
        return /Endpoint (arn:\S+) already exists/.exec(error.message)?.[1];
      throw error;
    }
  }

  return {
    /** Deletes the endpoint of the device, where it has one. */
    async delete(device: AppDevice): Promise<void> {
      const EndpointArn = await find(device);
      if (EndpointArn !== undefined) await client.send(new DeleteEndpointCommand({ EndpointArn }));
    },
  };
}
export type PlatformEndpoints = ReturnType<typeof createPlatformEndpoints>;
