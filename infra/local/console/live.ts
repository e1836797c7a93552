/**
 * The console's live updates, as server-sent events: what changed, without the data. Messages and arrivals trigger one; other
 * changes (of the clock or a phone) are polled once a second while a page is open. Made by server.ts.
 */
import type { ServerResponse } from "node:http";
import type { LiveChange } from "./contract.ts";

export interface Sources {
  /** How far the system's clock is ahead of the machine's, in milliseconds. */
  offsetMs: () => number;
  /** The state of all phones, as text for comparison. */
  phones: () => Promise<string>;
}

const lookEveryMs = 1000;
/** Changes within this time are sent together. */
const gatherMs = 40;

export class Live {
  readonly #sources: Sources;
  readonly #readers = new Set<ServerResponse>();
  readonly #changed = new Set<string>();
  #gathering: NodeJS.Timeout | undefined;
  #looking: NodeJS.Timeout | undefined;
  #look: Promise<void> | undefined;
  #isDue = false;
  #phones: string | undefined;
  #offsetMs = 0;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** Keeps the response open and sends it all updates. */
  add(response: ServerResponse): void {
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
    });
    this.#readers.add(response);
    response.once("close", () => this.#remove(response));
    this.#offsetMs = this.#sources.offsetMs();
    response.write(eventOf({ what: "clock", offsetMs: this.#offsetMs }));
    this.#looking ??= setInterval(() => void this.look(), lookEveryMs);
  }

  messageChanged(messageId: string): void {
    if (this.#readers.size === 0) return;
    this.#changed.add(messageId);
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      const ids = [...this.#changed];
      this.#changed.clear();
      this.#send({ what: "messages", ids });
    }, gatherMs);
  }

  /** Polls clock and phones. Calls during a poll lead to one further poll. */
  async look(): Promise<void> {
    if (this.#readers.size === 0) return;
    this.#isDue = true;
    this.#look ??= this.#lookWhileDue().finally(() => {
      this.#look = undefined;
    });
    return this.#look;
  }

  async #lookWhileDue(): Promise<void> {
    while (this.#isDue) {
      this.#isDue = false;
      await this.#lookOnce();
    }
  }

  async #lookOnce(): Promise<void> {
    const offsetMs = this.#sources.offsetMs();
    if (Math.abs(offsetMs - this.#offsetMs) > 100) {
      this.#offsetMs = offsetMs;
      this.#send({ what: "clock", offsetMs });
    }
    const phones = await this.#sources.phones().catch(() => undefined);
    if (phones === undefined || phones === this.#phones) return;
    this.#phones = phones;
    this.#send({ what: "phones" });
  }

  stop(): void {
    clearTimeout(this.#gathering);
    clearInterval(this.#looking);
    for (const reader of this.#readers) reader.end();
    this.#readers.clear();
  }

  #send(change: LiveChange): void {
    for (const reader of this.#readers) reader.write(eventOf(change));
  }

  #remove(response: ServerResponse): void {
    this.#readers.delete(response);
    if (this.#readers.size > 0) return;
    clearInterval(this.#looking);
    this.#looking = undefined;
  }
}

const eventOf = (change: LiveChange) => `data: ${JSON.stringify(change)}\n\n`;
