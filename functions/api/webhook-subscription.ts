/** `PUT`, `GET` and `DELETE /webhook`: a client's webhook subscription. The secret is shown once, when it is created. */

import { createDynamoDb } from "../aws/dynamodb.ts";
import { changedSubscription, type WebhookSubscription } from "../domain/events/webhook-subscription.ts";
import { createAddressCheck, resolveName, UnsafeAddress } from "../events/webhooks/public-address.ts";
import { guarded } from "../http/guard.ts";
import { type HttpEvent, type HttpResult, httpHandler, json, readJson } from "../http/handler.ts";
import { Problem } from "../http/problem.ts";
import { validate } from "../http/validate.ts";
import { environment } from "../shared/environment.ts";
import {
  createWebhookSubscriptionsTable,
  type WebhookSubscriptionsTable,
} from "../storage/webhook-subscriptions-table.ts";
import { subscriptionRequest } from "./webhook-subscription-request.ts";

export interface WebhookSubscriptionDependencies {
  subscriptions: Pick<WebhookSubscriptionsTable, "get" | "put" | "delete">;
  checkAddress: (url: URL) => Promise<unknown>;
  now: () => Date;
}

export function createWebhookSubscription({
  subscriptions,
  checkAddress,
  now,
}: WebhookSubscriptionDependencies) {
  const put = async (client: string, event: HttpEvent): Promise<HttpResult> => {
    const request = validate(subscriptionRequest, readJson(event));
    await checkAddress(new URL(request.url)).catch((error: unknown) => {
      if (!(error instanceof UnsafeAddress)) throw error;
      const fault = { path: "url", code: "unsafe_address", message: error.message } as const;
      throw new Problem(400, "the request is not valid", [fault]);
    });
    const before = await subscriptions.get(client);
    const changed = changedSubscription(before, request, now());
    if (!(await subscriptions.put(client, changed, before)))
      throw new Problem(409, "the webhook subscription was changed at the same time: send the request again");
    const { secret } = changed;
    return json(200, { ...shown(changed), ...(secret === before?.secret ? {} : { secret }) });
  };
  return async (event: HttpEvent): Promise<HttpResult> => {
    const { client } = event.requestContext.authorizer.lambda;
    switch (event.requestContext.http.method) {
      case "PUT":
        return put(client, event);
      case "DELETE":
        await subscriptions.delete(client);
        return { statusCode: 204 };
      default: {
        const subscription = await subscriptions.get(client);
        if (subscription === undefined) throw new Problem(404, "you have no webhook subscription");
        return json(200, shown(subscription));
      }
    }
  };
}

const shown = ({ url, events, offSince, failingSince }: WebhookSubscription) => ({
  url,
  ...(events ? { events } : {}),
  status: offSince ? "off" : failingSince ? "failing" : "active",
});

export const handler = httpHandler(() =>
  guarded(
    { scope: "webhook" },
    createWebhookSubscription({
      subscriptions: createWebhookSubscriptionsTable(createDynamoDb(), environment("CLIENTS_TABLE")),
      checkAddress: createAddressCheck(resolveName, environment("WEBHOOK_EXCEPTIONS")),
      now: () => new Date(),
    }),
  ),
);
