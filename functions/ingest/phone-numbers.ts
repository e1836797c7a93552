/**
 * The phone numbers of a request or a profile, by the client's settings: how they are read, and whether messages may be sent to
 * them.
 */
import {
  countryOf,
  type NumberSettings,
  readPhoneNumber,
  whyNotTo,
} from "../domain/customer/phone-number.ts";
import { notValid } from "../http/problem.ts";
import type { Validated } from "../http/validate.ts";

/** The same fields with the number as E.164. `path`: the path of the number, for the fault. */
export function withPhoneNumber<Fields extends { phoneNumber?: string | undefined }>(
  fields: Fields,
  settings: NumberSettings,
  path: string,
): Validated<Fields> {
  if (fields.phoneNumber === undefined) return { value: fields };
  const read = readPhoneNumber(fields.phoneNumber, settings);
  return "fault" in read
    ? { refused: notValid({ path, ...read.fault }) }
    : { value: { ...fields, phoneNumber: read.phoneNumber } };
}

/** Why a profile's number is refused; the settings may be newer than the profile. */
export function refusalOf(phoneNumber: string, { countries }: NumberSettings) {
  const message = countries && whyNotTo(countryOf(phoneNumber), countries);
  return message && notValid({ path: "to.profileId", code: "country_not_allowed", message });
}
