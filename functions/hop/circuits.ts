/**
 * The circuit breakers of a channel: one for each thing that an error may be about and that other messages use too. An identity
 * (a page, a phone number, a platform application) has one for the messages of all clients, which failures of several clients
 * open, and one for each client, so that one client's messages stop nothing for the others. A template that the provider paused
 * has one of its own.
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
/**
 * Meta pauses templates for hours, and then answers with the same error again if it still holds.
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/template-pausing
 */
const forTemplate: CircuitOptions = { failuresToOpen: 1, clientsToOpen: 1, firstPauseSeconds: 1800 };

/** What an error has to be about to count for an identity's circuit. */
const closingSubjects: readonly Subject[] = ["identity", "account", "provider"];

/** More than any deployment uses in the lifetime of a function instance. */
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

/** Since when the circuits of identities, or of the template, are open. */
export interface Refusals {
  identities: ReadonlyMap<string, string>;
  template?: string | undefined;
}

export interface Admitted extends Refusals {
  /** Reports the outcomes by identity: `undefined` where the provider accepted the message. */
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

  const templateOf = ({ identities, template }: Uses) =>
    template === undefined ? undefined : circuitOf(forTemplate, identities.join("+"), "template", template);

  /** Reads all that `admit` decides by, where it was not read a moment ago. */
  async function read(uses: Uses): Promise<void> {
    const all = uses.identities.flatMap((identity) => ofIdentity(identity, uses.client));
    await Promise.all([...all, templateOf(uses)].map((circuit) => circuit?.refresh()));
  }

  return {
    read,

    /** Decides which of these may be used now. */
    async admit(uses: Uses): Promise<Admitted> {
      const { client, identities } = uses;
      const ofTemplate = templateOf(uses);
      await read(uses);
      const admissions = new Map<Circuit, Admission>();
      // One after the other: where one refuses, the probe of the next is left to another message.
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

    /** A receipt shows that this client's message went out, so failures before and after it are not in a row. */
    async succeededLater(client: string): Promise<void> {
      const others = (key: string) => key.includes("#client#") && !key.endsWith(`#client#${client}`);
      const own = [...circuits].filter(([key]) => !others(key));
      await Promise.all(own.map(([, circuit]) => circuit.succeeded({ isProbe: false })));
    },

    /** A failure that the provider reported later, in a receipt; it is never a probe. */
    async failedLater(client: string, identity: string): Promise<void> {
      await Promise.all(
        ofIdentity(identity, client).map(async (circuit) => {
          // Hops may have closed it since, and no `admit` here would read that.
          await circuit.refresh();
          await circuit.failed(client, { isProbe: false });
        }),
      );
    },
  };
}
export type Circuits = ReturnType<typeof createCircuits>;

/**
 * Whether an error says that an identity, the account or the provider does not work. A rate limit does not count: it passes by
 * itself, and the state machine's Retry waits for it.
 */
export const countsForCircuits = ({ name, speaksOf }: Pick<AttemptError, "name" | "speaksOf">): boolean =>
  name !== "Throttled" && speaksOf !== undefined && closingSubjects.includes(speaksOf);
