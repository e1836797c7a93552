/**
 * `POST /receipts/app-messaging`: the business's app reports what became of a push, with the receipt token from it. A token is
 * for one message, and each status is accepted once.
 */
import { secretsIn, secretsMiddleware } from "../aws/secrets.ts";
import { verifyReceiptToken } from "../channels/receipt-token.ts";
import { secretVariable } from "../domain/channel.ts";
import { type HttpEvent, type HttpResult, httpHandler, json, readJson } from "../http/handler.ts";
import { Problem } from "../http/problem.ts";
import { validate } from "../http/validate.ts";
import { appReceipt } from "./app-receipt-request.ts";
import { applyUpdate, type UpdateDependencies } from "./apply-receipt.ts";
import { updateDependencies } from "./dependencies.ts";

export function createAppReceipts(dependencies: UpdateDependencies) {
  return async (event: HttpEvent, receiptKey: string): Promise<HttpResult> => {
    const { token, status, messageId } = validate(appReceipt, readJson(event));
    const named = await verifyReceiptToken(token, receiptKey);
    const refused = (message: string) =>
      new Problem(401, "the receipt token is refused", [{ path: "token", code: "refused", message }]);
    if (named === undefined) throw refused("is forged, or its time is over");
    const { channel } = named;
    if (messageId !== undefined && messageId !== named.messageId) throw refused("is of another message");
    const message = await dependencies.messages.get(named.messageId);
    if (message?.attempts[channel]?.claimedAt === undefined)
      throw new Problem(404, "the message of this token is not kept any more");
    const update = { channel, status, at: dependencies.now().toISOString() };
    const applied = await applyUpdate(message, update, dependencies, false);
    if (applied !== "recorded")
      throw new Problem(409, "this receipt was given before", [
        { path: "status", code: "repeated", message: `${status} is recorded: nothing changed` },
      ]);
    return json(202, { messageId: named.messageId, status });
  };
}

export const handler = httpHandler(
  () => {
    const handle = createAppReceipts(updateDependencies());
    return (event, context) => handle(event, secretsIn(context, ["receiptKey"]).receiptKey ?? "");
  },
  () => secretsMiddleware({ receiptKey: secretVariable("receiptKey") }),
);
