/**
 * Cost: what each channel was expected to cost and did cost, the source of the figure, and what the order of the channels saved.
 */
import type { MessageRecord, Trace } from "../contract.ts";
import { money } from "./format.ts";
import { Scrolling } from "./parts.tsx";
import { nameOf } from "./state.ts";

const sources: Readonly<Record<string, string>> = {
  provider: "the provider's figure",
  priceTable: "the price table",
};

export const CostTable = ({ trace, stored }: { trace: Trace; stored: MessageRecord | undefined }) => (
  <>
    <Scrolling label="Cost by channel" kind="scrolling">
      <table>
        <thead>
          <tr>
            <th scope="col">Channel</th>
            <th scope="col">Planned</th>
            <th scope="col">Cost</th>
            <th scope="col">By</th>
          </tr>
        </thead>
        <tbody>
          {trace.channels.map(({ channel, cost }) => {
            const planned = stored?.channels.find((one) => one.channel === channel)?.estimatedCost;
            return (
              <tr key={channel}>
                <th scope="row">{nameOf(channel)}</th>
                <td class="number">{planned === undefined ? "–" : money(planned)}</td>
                <td class="number">{cost === undefined ? "–" : money(cost.usd)}</td>
                <td>{cost === undefined ? "not charged" : (sources[cost.source] ?? cost.source)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scrolling>
    <p class="cost-total">
      Cost {money(trace.cost?.usd ?? "0")} in all.
      {trace.saved && ` ${savedWords(trace.saved)}`}
    </p>
  </>
);

const savedWords = ({ usd, against }: NonNullable<Trace["saved"]>) =>
  Number(usd) < 0
    ? `That is ${money(usd.replace("-", ""))} more than ${nameOf(against)} alone, the dearest of its channels.`
    : `It saved ${money(usd)} against ${nameOf(against)} alone, the dearest of its channels.`;
