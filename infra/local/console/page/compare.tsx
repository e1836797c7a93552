/** Two orders of channels beside each other: what each reaches, how fast and for how much, with simulated customers. */
import { batch, effect, signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { OrderResult } from "../contract.ts";
import { figuresOf, lineOf, placeOf, secondsFor, sentenceOf, ticks } from "./compare-figures.ts";
import { rules } from "./draft.ts";
import { duration } from "./format.ts";
import { Scrolling } from "./parts.tsx";
import { server } from "./server-calls.ts";
import { channels, nameOf } from "./state.ts";

const names = ["First order", "Second order"] as const;
/** Channel ids, best first; none before the view was opened. */
const orders = signal<readonly (readonly string[])[]>([]);
const seed = signal("1");
const compared = signal<readonly OrderResult[] | undefined>(undefined);
const fault = signal<string | undefined>(undefined);

let choosing: ReturnType<typeof setTimeout> | undefined;
effect(() => {
  const [chosen, ofSeed] = [orders.value, seed.value];
  clearTimeout(choosing);
  if (chosen.length > 0) choosing = setTimeout(() => void compare(chosen, ofSeed), 100);
});

async function compare(chosen: typeof orders.value, ofSeed: string): Promise<void> {
  const answer = await server.compare(chosen, ofSeed).catch((error: unknown) => error);
  if (chosen !== orders.value || ofSeed !== seed.value) return;
  batch(() => {
    compared.value = answer instanceof Error ? undefined : (answer as readonly OrderResult[]);
    fault.value = answer instanceof Error ? answer.message : undefined;
  });
}

export function Compare() {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = () => {
    if (orders.value.length === 0) {
      const written = rules.value.filter(({ isOn }) => isOn).map(({ channel }) => channel);
      orders.value = [written, written.toReversed()];
    }
    dialog.current?.showModal();
  };
  return (
    <>
      <button type="button" aria-haspopup="dialog" onClick={open}>
        Compare two orders
      </button>
      <dialog ref={dialog} class="compare" aria-labelledby="compare-title">
        <div class="compare-title">
          <h2 id="compare-title">Compare two orders of channels</h2>
          <button type="button" onClick={() => dialog.current?.close()}>
            Close
          </button>
        </div>
        <p>
          One message to each of 200 simulated customers, until it is delivered, by this deployment's rules,
          windows and prices. Where the customers are registered and read is assumed, the same for both
          orders. Nothing is sent.
        </p>
        <form class="orders" onSubmit={(event) => event.preventDefault()}>
          {orders.value.map((order, index) => (
            <Order key={names[index]} name={names[index] ?? ""} order={order} index={index} />
          ))}
          <label>
            Customers of seed{" "}
            <input
              type="number"
              min="0"
              value={seed.value}
              onInput={(event) => {
                seed.value = event.currentTarget.value;
              }}
            />
          </label>
        </form>
        {fault.value !== undefined && (
          <ul class="faults" role="alert">
            <li>{fault.value}</li>
          </ul>
        )}
        {compared.value && <Results results={compared.value} />}
      </dialog>
    </>
  );
}

/** A channel that has a place already changes places; without a channel the place is gone. */
function put(index: number, place: number, channel: string): void {
  const order = [...(orders.value[index] ?? [])];
  const before = order.indexOf(channel);
  if (channel === "") order.splice(place, 1);
  else if (before === -1) order[place] = channel;
  else if (place < order.length) [order[place], order[before]] = [channel, order[place] ?? ""];
  orders.value = orders.value.with(index, order);
}

function Order({ name, order, index }: { name: string; order: readonly string[]; index: number }) {
  const places = Math.min(order.length + 1, channels.value.length);
  return (
    <fieldset>
      <legend>{name}</legend>
      <ol>
        {Array.from({ length: places }, (_, place) => (
          <li key={place}>
            <select
              aria-label={`${name}, channel ${place + 1}`}
              value={order[place] ?? ""}
              onChange={(event) => put(index, place, event.currentTarget.value)}
            >
              {(place > 0 || order.length > 1) && <option value="">no further</option>}
              {channels.value
                .filter(({ id }) => place < order.length || !order.includes(id))
                .map(({ id, name: channel }) => (
                  <option key={id} value={id}>
                    {channel}
                  </option>
                ))}
            </select>
          </li>
        ))}
      </ol>
    </fieldset>
  );
}

function Results({ results }: { results: readonly OrderResult[] }) {
  const unpriced = results.flatMap((one, index) =>
    one.unpriced > 0 ? [`${one.unpriced} of the ${names[index]?.toLowerCase()}`] : [],
  );
  return (
    <>
      <p class="compare-sentence" role="status">
        {sentenceOf(results)}
      </p>
      <div class="compare-results">
        <Scrolling label="Figures of both orders" kind="scrolling">
          <table>
            <thead>
              <tr>
                <td />
                {names.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {figuresOf(results, nameOf).map(({ name, values }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  {values.map((value, index) => (
                    <td key={names[index]} class="number">
                      {value}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolling>
        <Chart results={results} />
      </div>
      {unpriced.length > 0 && (
        <p class="plan-note">
          The price table has no price for some copies, which are left out of the cost: {unpriced.join(", ")}.
        </p>
      )}
    </>
  );
}

const Chart = ({ results }: { results: readonly OrderResult[] }) => (
  <figure class="reach-chart">
    <figcaption>Share of the customers who are reached, by the time since the message came in</figcaption>
    <div class="reach-drawing">
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label={inWords(results)}>
        {[0, 25, 50, 75, 100].map((share) => (
          <path key={share} class="reach-grid" d={`M0 ${100 - share}H100`} />
        ))}
        {results.map((result, index) => (
          <path key={names[index]} class={`reach-line reach-${index + 1}`} d={lineOf(result)} />
        ))}
      </svg>
      {[0, 50, 100].map((share) => (
        <small key={share} class="reach-share" style={{ bottom: `${share}%` }} aria-hidden="true">
          {share} %
        </small>
      ))}
      {ticks.map(([label, seconds]) => (
        <small key={label} class="reach-time" style={{ left: `${placeOf(seconds)}%` }} aria-hidden="true">
          {label}
        </small>
      ))}
    </div>
    <ul class="reach-legend">
      {results.map(({ order }, index) => (
        <li key={names[index]}>
          <svg viewBox="0 0 24 4" aria-hidden="true">
            <path class={`reach-line reach-${index + 1}`} d="M0 2H24" />
          </svg>
          {names[index]}: {order.map(nameOf).join(", ")}
        </li>
      ))}
    </ul>
  </figure>
);

const inWords = (results: readonly OrderResult[]): string =>
  results
    .map((result, index) => {
      const [half, most] = [secondsFor(result, 0.5), secondsFor(result, 0.9)];
      return half === undefined || most === undefined
        ? `${names[index]}: nobody is reached`
        : `${names[index]}: ${result.reached} of ${result.customers} are reached, half of those within ${duration(half * 1000)}, nine of ten within ${duration(most * 1000)}`;
    })
    .join(". ");
