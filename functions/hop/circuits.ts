/**
 * The circuit breakers of a channel: one for each thing that an error may speak of and that other messages use too. An
 * identity (a page, a phone number, a platform application) has one for the messages of all clients, which failures of
 * several clients open, and one for each client, so that one client's messages close nothing for the others. A template that
 * the provider paused has one of its own.
 */
import { ChannelError, TemplateUnavailable } from "../channels/errors.ts";
import type { AttemptError, Subject } from "../domain/message/message.ts";
import type { CircuitsTable } from "../storage/circuits-table.ts";
import {
  type Admission,
  type Circuit,
  type CircuitEvent,
  type CircuitOptions,
  createCircuit,
} from "./circuit-breaker.ts";

const forEveryone: CircuitOptions = { failuresToOpen: 5, clientsToOpen: 2, firstPauseSeconds: 30 };
const forOneClient: CircuitOptions = { failuresToOpen: 5, clientsToOpen: 1, firstPauseSeconds: 30 };
/** Meta pauses for hours, and says so once more after that. https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/template-pausing */
const forTemplate: CircuitOptions = { failuresToOpen: 1, clientsToOpen: 1, firstPauseSeconds: 1800 };

/** What an error has to speak of to count for a circuit of an identity. */
const closingSubjects: readonly Subject[] = ["identity", "account", "provider"];

/** More than any deployment uses within the time that a function lives. */
const mostCircuits = 2000;

export interface CircuitsDependencies {
  channel: string;
  table: CircuitsTable;
  now: () => Date;
  onChange: (event: CircuitEvent, since: string, key: string) => Promise<void>;
}

/** What a message would be sent with. */
export interface Uses {
  client: string;
  /** At least one. */
  identities: readonly string[];
  template?: string | undefined;
}

/** By identity, or of the template: since when its circuit is open. */
export interface Refusals {
  identities: ReadonlyMap<string, string>;
  template?: string | undefined;
}

export interface Admitted extends Refusals {
  /** What the identities that were used came to: `undefined` where the provider took the message. */
  report: (outcomes: ReadonlyMap<string, unknown>) => Promise<void>;
}

export function createCircuits({ channel, table, now, onChange }: CircuitsDependencies) {
  const circuits = new Map<string, Circuit>();
  const circuitOf = (options: CircuitOptions, ...parts: string[]): Circuit => {
    const key = [channel, ...parts].join("#");
    const known = circuits.get(key);
    if (known) return known;
    if (circuits.size >= mostCircuits) circuits.clear();
    const circuit = createCircuit({
      key,
      options,
      table,
      now,
      onChange: (event, since) => onChange(event, since, key),
    });
    circuits.set(key, circuit);
    return circuit;
  };
  const ofIdentity = (identity: string, client: string) => [
    circuitOf(forEveryone, identity),
    circuitOf(forOneClient, identity, "client", client),
  ];

  return {
    /** Which of these may be used now. */
    async admit({ client, identities, template }: Uses): Promise<Admitted> {
      const ofTemplate =
        template === undefined
          ? undefined
          : circuitOf(forTemplate, identities.join("+"), "template", template);
      const all = [
        ...identities.flatMap((identity) => ofIdentity(identity, client)),
        ...(ofTemplate ? [ofTemplate] : []),
      ];
      await Promise.all(all.map((circuit) => circuit.refresh()));
      const admissions = new Map<Circuit, Admission>();
      // One after the other: where one is closed, the next one's turn to probe is left to another message.
      const openSince = async (...circuits: Circuit[]): Promise<string | undefined> => {
        for (const circuit of circuits) {
          const admission = await circuit.admit();
          admissions.set(circuit, admission);
          if (!admission.admitted) return admission.since;
        }
        return undefined;
      };
      const refused = new Map<string, string>();
      for (const identity of identities) {
        const since = await openSince(...ofIdentity(identity, client));
        if (since !== undefined) refused.set(identity, since);
      }
      const templateSince = ofTemplate && (await openSince(ofTemplate));

      const report = async (outcomes: ReadonlyMap<string, unknown>): Promise<void> => {
        const reportTo = async (circuit: Circuit, isFailure: boolean) => {
          const admission = admissions.get(circuit);
          if (!admission?.admitted) return;
          await (isFailure ? circuit.failed(client, admission) : circuit.succeeded(admission));
        };
        const errors = [...outcomes.values()];
        await Promise.all([
          ofTemplate &&
            reportTo(
              ofTemplate,
              errors.some((error) => error instanceof TemplateUnavailable),
            ),
          ...[...outcomes].flatMap(([identity, error]) =>
            ofIdentity(identity, client).map((circuit) =>
              reportTo(circuit, error instanceof ChannelError && countsForCircuits(error)),
            ),
          ),
        ]);
      };
      return { identities: refused, template: templateSince, report };
    },

    /** A receipt shows that this client's message went out: what failed later is not in a row with what fails next. */
    async succeededLater(client: string): Promise<void> {
      const others = (key: string) => key.includes("#client#") && !key.endsWith(`#client#${client}`);
      const own = [...circuits].filter(([key]) => !others(key));
      await Promise.all(own.map(([, circuit]) => circuit.succeeded({ isProbe: false })));
    },

    /** A provider's failure that came later, by a receipt; no message probes by it. */
    async failedLater(client: string, identity: string): Promise<void> {
      await Promise.all(
        ofIdentity(identity, client).map(async (circuit) => {
          // Hops may have closed it since: nothing is admitted here that would read it.
          await circuit.refresh();
          await circuit.failed(client, { isProbe: false });
        }),
      );
    },
  };
}
export type Circuits = ReturnType<typeof createCircuits>;

/**
 * Whether an error says that an identity, the account or the provider does not work. A rate limit does not: it passes by
 * itself, and the state machine's Retry waits for it.
 */
export const countsForCircuits = ({ name, speaksOf }: Pick<AttemptError, "name" | "speaksOf">): boolean =>
  name !== "Throttled" && speaksOf !== undefined && closingSubjects.includes(speaksOf);
