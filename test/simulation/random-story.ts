/** A seed's story: rules, providers and their words, the way in, and what befalls the calls. Pure. */
import fc from "fast-check";
import type { ChannelError } from "../../functions/channels/errors.ts";
import type { Provider, Story } from "../unit/crash-sweep/story.ts";
import type { CatalogueFailures } from "./catalogue-failures.ts";

const channels = [
  "sms",
  "fbMessenger",
  "whatsApp",
  "appMessaging",
  "nativePush",
  "email",
  "rcs",
  "mms",
] as const;
type Id = (typeof channels)[number];
/** What each reports beside that it failed. */
const words: Record<Id, ("delivered" | "read")[]> = {
  sms: ["delivered"],
  fbMessenger: ["delivered", "read"],
  whatsApp: ["delivered", "read"],
  appMessaging: ["delivered", "read"],
  nativePush: ["delivered", "read"],
  email: ["delivered", "read"],
  rcs: ["delivered", "read"],
  mms: ["delivered"],
};
/** Once in so many times. */
const onceIn = <Value>(times: number, arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.oneof({ weight: times - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

/** Late, early and twice: windows are 30 seconds. */
const when = fc.constantFrom(0, 500, 1_000, 5_000, 20_000, 29_000, 31_000, 45_000, 100_000);
const saying = (channel: Id, { later }: CatalogueFailures): fc.Arbitrary<NonNullable<Provider["says"]>> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant<NonNullable<Provider["says"]>>([]) },
    {
      weight: 5,
      arbitrary: fc.array(fc.record({ status: fc.constantFrom(...words[channel]), afterMs: when }), {
        minLength: 1,
        maxLength: 4,
      }),
    },
    ...(later[channel].length > 0
      ? [
          {
            weight: 2,
            arbitrary: fc
              .tuple(when, fc.constantFrom(...later[channel]))
              .map(([afterMs, failure]) => [{ status: "failed" as const, afterMs, ...failure }]),
          },
        ]
      : []),
  );
/** Another one each time: what throws it may change its text. */
const anew = (error: ChannelError): ChannelError =>
  Reflect.construct(error.constructor as new (...of: unknown[]) => ChannelError, [error.message, error]);
const provider = (channel: Id, failures: CatalogueFailures): fc.Arbitrary<Provider> =>
  fc
    .record({
      says: saying(channel, failures),
      refuses: onceIn(
        3,
        fc
          .tuple(fc.constantFrom(...failures.refusals[channel]), fc.constantFrom(1, 3, 99))
          .map(([{ answer, error }, times]) => ({ answer, error: () => anew(error), times })),
      ),
      losesAnswer: onceIn(8, fc.constant(true as const)),
    })
    .map((made) => Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined)));

const rules = fc
  .shuffledSubarray([...channels], { minLength: 1 })
  .chain((order) =>
    fc.tuple(
      ...order.map((channel) =>
        fc
          .option(fc.constantFrom("sent" as const, ...words[channel]), { nil: undefined })
          .map((until) => (until === undefined ? { channel } : { channel, until })),
      ),
    ),
  );

/** Not `ends`: with chance on the way, the checks say what is right, and not one status. */
const storyWith = (failures: CatalogueFailures): fc.Arbitrary<Story> =>
  fc
    .record({
      rules,
      sms: provider("sms", failures),
      fbMessenger: provider("fbMessenger", failures),
      whatsApp: provider("whatsApp", failures),
      appMessaging: provider("appMessaging", failures),
      nativePush: provider("nativePush", failures),
      email: provider("email", failures),
      rcs: provider("rcs", failures),
      mms: provider("mms", failures),
      sentBy: fc.constantFrom<Story["sentBy"]>(
        undefined,
        undefined,
        "batch",
        { queue: { tries: 3 } },
        { queue: { tries: 1 } },
        { queue: { tries: 1, key: true } },
      ),
      withProfile: fc.boolean(),
      cancelledAfterMs: onceIn(8, fc.constantFrom(1_000, 10_000, 40_000)),
      goesOutAfterMs: onceIn(8, fc.constantFrom(9_000, 60_000, 16 * 60_000)),
    })
    .map(({ rules: ordered, sentBy, withProfile, cancelledAfterMs, goesOutAfterMs, ...providers }) => ({
      name: "drawn",
      ends: "delivered",
      rules: ordered,
      providers,
      ...(sentBy === undefined ? {} : { sentBy }),
      ...(withProfile ? { withProfile: true as const } : {}),
      ...(cancelledAfterMs === undefined ? {} : { cancelledAfterMs }),
      ...(goesOutAfterMs === undefined ? {} : { goesOutAfterMs }),
    }));

export function storyOf(seed: number, failures: CatalogueFailures): Story {
  const [drawn] = fc.sample(storyWith(failures), { seed, numRuns: 1 });
  if (drawn === undefined) throw new Error("fast-check drew no story");
  return drawn;
}
