/**
 * Sends by one provider after the other, within the hop: the next is tried only where the one before clearly refused, and because
 * of itself, not of this customer or message. Where nobody knows whether it took the message, no other is tried.
 */
import { type Channel, type CreateSender, providersOf, type Sent } from "../domain/channel.ts";
import { ChannelError, ChannelMisconfigured, CircuitOpen } from "./errors.ts";

/** Whether another provider may take what this one did not. */
const isItsOwn = (error: ChannelError): boolean =>
  error.refusedForNow || error instanceof ChannelMisconfigured || error instanceof CircuitOpen;

/** `senders`: by provider. Each is an identity of the channel (`asDeployed`), so that its circuit spares it. */
export const inOrder =
  (channel: Channel, senders: Readonly<Record<string, CreateSender>>): CreateSender =>
  (context) => {
    const all = providersOf(channel, context.settings).flatMap((provider) => {
      const create = senders[provider];
      return create === undefined ? [] : [{ provider, send: create(context) }];
    });
    return async (message): Promise<Sent> => {
      const refusals: ChannelError[] = [];
      for (const { provider, send } of all) {
        try {
          if (message.unusable?.identities.has(provider)) throw new CircuitOpen("it is known to be down");
          return { ...(await send(message)), provider, failures: refusals };
        } catch (error) {
          if (!(error instanceof ChannelError)) throw error;
          error.identity ??= provider;
          if (!isItsOwn(error)) throw withOthers(error, refusals);
          refusals.push(error);
        }
      }
      // The one after which trying again may help.
      const [first] = refusals.toSorted((one, other) => weight(other) - weight(one));
      throw first === undefined
        ? new ChannelMisconfigured("no provider is set")
        : withOthers(
            first,
            refusals.filter((one) => one !== first),
          );
    };
  };

const weight = (error: ChannelError) => (error.refusedForNow ? 2 : error instanceof CircuitOpen ? 0 : 1);

function withOthers(error: ChannelError, others: readonly ChannelError[]): ChannelError {
  error.others = others;
  return error;
}
