/**
 * Delays a handler until the engine's event log has the entry of its state: the log is an asynchronous generator, and
 * otherwise the history would have the task scheduled before its state was entered. Used by `execution.ts`.
 */
export class EnteredStates {
  readonly #recorded = new Map<string, number>();
  readonly #handled = new Map<string, number>();
  readonly #waiting = new Map<string, (() => void)[]>();

  add(name: string): void {
    this.#recorded.set(name, (this.#recorded.get(name) ?? 0) + 1);
    this.#waiting.get(name)?.shift()?.();
  }

  waitFor(name: string): Promise<void> {
    const visit = (this.#handled.get(name) ?? 0) + 1;
    this.#handled.set(name, visit);
    if ((this.#recorded.get(name) ?? 0) >= visit) return Promise.resolve();
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(name) ?? [];
      waiting.push(resolve);
      this.#waiting.set(name, waiting);
    });
  }
}
