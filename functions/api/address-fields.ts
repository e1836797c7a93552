/** The addresses that are one text, by which messages and consents are named in requests: not a device's token. */
import * as v from "valibot";
import { channels } from "../channels/registry.ts";
import type { Channel } from "../domain/channel.ts";
import { identifier, addressEntries as ofProfiles } from "../domain/customer/profile.ts";

/** The fields of the channels' addresses, of those channels that fit. */
export const textAddressesOf = (fits: (channel: Channel) => boolean = () => true): string[] => [
  ...new Set(
    channels
      .filter((channel) => channel.address !== "appDevices" && fits(channel))
      .map(({ address }) => address),
  ),
];

const { phoneNumber, fbMessengerId, email } = ofProfiles;
const known: Readonly<Record<string, v.GenericSchema<unknown, string | undefined>>> = {
  phoneNumber,
  fbMessengerId,
  email,
};

export const addressEntries = (fields: readonly string[]) => ({
  ...Object.fromEntries(fields.map((field) => [field, v.exactOptional(known[field] ?? identifier)])),
  phoneNumber: v.exactOptional(phoneNumber),
});
