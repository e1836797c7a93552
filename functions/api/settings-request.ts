import { clientSettings } from "../domain/customer/client-settings.ts";
import { channelId } from "../ingest/rules.ts";

export const settingsRequest = clientSettings(channelId);
