/**
 * SMS by AWS End User Messaging, `SendTextMessage`. It has no client token, so the SDK must not retry.
 * https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html
 */
import { SendTextMessageCommand } from "@aws-sdk/client-pinpoint-sms-voice-v2";
import Big from "big.js";
import * as v from "valibot";
import type { CreateSender } from "../domain/channel.ts";
import { contextOf, createEndUserMessagingCaller } from "./end-user-messaging.ts";
import { prepare } from "./errors.ts";
import { smsOptions } from "./sms-options.ts";

export const createSender: CreateSender = ({ settings, configurationSet }) => {
  const call = createEndUserMessagingCaller();
  return async ({ messageId, addresses, body, options, timeoutSeconds, mostCost }) => {
    const { from, type = "Transactional", dlt } = await prepare(() => v.parse(smsOptions, options));
    const answer = await call(
      new SendTextMessageCommand({
        DestinationPhoneNumber: addresses.phoneNumber,
        // Without one, AWS takes the account's best for the country.
        OriginationIdentity: from ?? settings.smsOriginationIdentity,
        MessageBody: body,
        MessageType: type === "Promotional" ? "PROMOTIONAL" : "TRANSACTIONAL",
        ConfigurationSetName: configurationSet,
        Context: contextOf("sms", messageId),
        // What the carrier has not taken by then is not sent any more.
        TimeToLive: Math.min(Math.max(timeoutSeconds, shortestSeconds), longestSeconds),
        ...(mostCost === undefined ? {} : { MaxPrice: maxPriceOf(mostCost) }),
        ...(dlt && {
          DestinationCountryParameters: { IN_ENTITY_ID: dlt.entityId, IN_TEMPLATE_ID: dlt.templateId },
        }),
      }),
    );
    return { providerMessageIds: [answer.MessageId ?? ""] };
  };
};

const [shortestSeconds, longestSeconds] = [5, 72 * 3600];

/** It has at most two digits before and five after the point. */
const maxPriceOf = (usd: string): string => {
  const price = new Big(usd);
  return price.gte(100) ? "99.99999" : price.toFixed(5, Big.roundDown);
};
