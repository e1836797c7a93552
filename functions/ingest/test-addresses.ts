/** What a test key sends: to test addresses alone, and for nothing. */
import type { Profile } from "../domain/customer/profile.ts";
import type { Fault } from "../domain/fault.ts";
import type { Message } from "../domain/message/message.ts";
import type { Deployment, Route } from "../domain/route/plan-route.ts";
import type { RuleSet } from "../domain/route/rules.ts";
import { testNumberOf } from "../domain/test-addresses.ts";
import { notValid, type Problem } from "../http/problem.ts";

const examples: Readonly<Record<string, string>> = {
  phoneNumber: "+442079460000 or +12025550100",
  email: '"test-0000@example.com"',
  appDevices: 'devices with a token such as "test-0000"',
};

/** The refusal of addresses that the rules' channels would go to, and that are no test addresses. `fromRequest`: those of `to`. */
export function refusalOfOthers(
  { channels: rules }: RuleSet,
  profile: Profile,
  fromRequest: Profile,
  { channels }: Pick<Deployment, "channels">,
): Problem | undefined {
  const fields = new Set(rules.flatMap(({ channel }) => channels.get(channel)?.address ?? []));
  const faults = [...fields].flatMap((field): Fault[] => {
    const address = profile[field];
    const isAddress = typeof address === "string" || Array.isArray(address);
    if (!isAddress || address.length === 0 || testNumberOf(address) !== undefined) return [];
    const example = examples[field] ?? '"test-0000"';
    return [
      {
        path: fromRequest[field] === undefined ? "to.profileId" : `to.${field}`,
        code: "not_a_test_address",
        message: `must bring a test address as ${field}, since the API key is a test key: ${example}, or another of the table in the description of POST /messages`,
      },
    ];
  });
  return faults.length === 0 ? undefined : notValid(...faults);
}

/** By channel, the number of the test address. */
export const testNumbersOf = (
  { hops, addresses }: Route,
  { channels }: Pick<Deployment, "channels">,
): NonNullable<Message["test"]> =>
  Object.fromEntries(
    hops.flatMap(({ channel }) => {
      const address = addresses[channels.get(channel)?.address ?? ""];
      const number = address === undefined ? undefined : testNumberOf(address);
      return number === undefined ? [] : [[channel, number]];
    }),
  );

/** Its order and its reasons are those of the prices. */
export const withoutCost = (route: Route): Route => ({
  ...route,
  hops: route.hops.map(({ expectedCost: _, mostCost: __, ...hop }) => ({ ...hop, estimatedCost: "0" })),
});
