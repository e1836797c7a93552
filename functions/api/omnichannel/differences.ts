/** What will be otherwise for a message that is sent to the Omnichannel API today, for `npm run move`. Pure. */
import type { Channel } from "../../domain/channel.ts";
import { validated } from "../../http/validate.ts";
import { sendRequest } from "../../ingest/request.ts";
import { omnichannelMessage } from "./request.ts";
import { translate } from "./translate.ts";

/** A sentence for each; none: it goes as it did. Profiles, stored rules and accounts are not known. */
export function differencesOf(body: unknown, channels: ReadonlyMap<string, Channel>, now: Date): string[] {
  const read = validated(omnichannelMessage, body);
  if ("refused" in read) return read.refused.errors.map(({ path, message }) => `refused: ${path} ${message}`);
  const ruleSet = read.value.rules?.length ? undefined : { channels: [] };
  const given = { channels, profile: undefined, ruleSet, now };
  const { message, skipped, warnings } = translate(read.value, given);
  const request = message === undefined ? undefined : validated(sendRequest, message);
  return [
    ...(ruleSet ? ["its rule set has to be stored here first: PUT /rules/{name}"] : []),
    ...skipped.map(({ channel, reason }) => `${channel} is skipped: ${reason}`),
    ...(message === undefined ? ["no channel is left: it will have failed"] : []),
    ...(request !== undefined && "refused" in request
      ? request.refused.errors.map(({ path, message: why }) => `refused: ${path} ${why}`)
      : []),
    ...warnings.map(({ path, message: why }) => `${path} ${why}`),
  ];
}
