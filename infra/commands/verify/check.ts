/** The checks of `npm run verify`: each in turn, with how long it took and why it did not pass. */
export interface Check {
  name: string;
  result: "passed" | "failed" | "skipped";
  ms: number;
  /** Why it did not pass, or what was seen. */
  said?: string | undefined;
}

/** Not a fault: the stack does not have what the check needs. */
export class Skipped extends Error {}

export class Checks {
  readonly #onCheck: (check: Check) => void;
  readonly #counts = { passed: 0, failed: 0, skipped: 0 };

  constructor(onCheck: (check: Check) => void) {
    this.#onCheck = onCheck;
  }

  /** Text that `run` returns is what was seen; what it throws is why the check did not pass. */
  async run(name: string, run: () => Promise<unknown>): Promise<void> {
    const start = performance.now();
    const end = (result: Check["result"], said: string | undefined) => {
      this.#counts[result] += 1;
      this.#onCheck({ name, result, ms: performance.now() - start, said });
    };
    try {
      const seen = await run();
      end("passed", typeof seen === "string" ? seen : undefined);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      end(error instanceof Skipped ? "skipped" : "failed", said);
    }
  }

  /** Prints the counts; the exit status: 0 where every check passed. */
  status(): number {
    const { passed, failed, skipped } = this.#counts;
    console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
    return failed === 0 && passed > 0 ? 0 : 1;
  }
}
