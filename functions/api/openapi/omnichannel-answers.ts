/** The answers of the Omnichannel API's routes (functions/api/omnichannel), as schemas for the document. */
import * as v from "valibot";
import { omnichannelStatuses } from "../omnichannel/view.ts";
import { time } from "./common-schemas.ts";

const warnings = v.pipe(
  v.array(v.strictObject({ path: v.string(), message: v.string() })),
  v.description("What of the request is done otherwise here, or not at all."),
);

export const shownMessage = v.pipe(
  v.looseObject({
    messageId: v.string(),
    sentOn: time,
    status: v.picklist(omnichannelStatuses),
    statusDetails: v.strictObject({
      channelId: v.exactOptional(v.string()),
      channel: v.exactOptional(v.string()),
      details: v.exactOptional(v.string()),
    }),
    warnings: v.exactOptional(warnings),
    _createdOn: time,
    _createdBy: v.exactOptional(v.string()),
    _updatedOn: time,
    _updatedBy: v.exactOptional(v.string()),
  }),
  v.description("The request as it came, with what became of it."),
);
export const batchAnswer = v.array(
  v.union([
    v.strictObject({ index: v.number(), messageId: v.string() }),
    v.looseObject({ index: v.number(), status: v.literal(500) }),
  ]),
);
export const shownInbound = v.looseObject({ id: v.string(), messageId: v.string(), receivedOn: time });

const stamps = {
  _createdOn: v.exactOptional(time),
  _createdBy: v.exactOptional(v.string()),
  _updatedOn: v.exactOptional(time),
  _updatedBy: v.exactOptional(v.string()),
};
export const shownProfile = v.looseObject({ id: v.string(), ...stamps });
export const shownProfiles = v.array(shownProfile);
export const deletedProfiles = v.array(v.strictObject({ id: v.string() }));
export const state = v.string();
export const history = v.array(
  v.looseObject({
    messageId: v.string(),
    submittedOn: time,
    profileId: v.string(),
    channelId: v.exactOptional(v.string()),
    direction: v.picklist(["inbound", "outbound"]),
    status: v.string(),
    message: v.looseObject({}),
  }),
);

export const shownWebhook = v.looseObject({ id: v.string(), name: v.string(), url: v.string(), ...stamps });
export const shownWebhooks = v.array(shownWebhook);
export const availableEvents = v.array(
  v.looseObject({ type: v.string(), description: v.string(), filters: v.array(v.looseObject({})) }),
);
export const availableTemplates = v.array(
  v.looseObject({ name: v.string(), description: v.string(), events: v.array(v.string()) }),
);
