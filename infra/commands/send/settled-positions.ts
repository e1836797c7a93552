/**
 * Which messages are settled (accepted, refused or bad): all up to a position, and some beyond it, because requests run in
 * parallel. What lies beyond is never more than what is in flight.
 */
export class SettledPositions {
  #upTo: number;
  readonly #beyond = new Set<number>();

  constructor({ upTo, beyond }: SettledRanges = { upTo: 0, beyond: [] }) {
    this.#upTo = upTo;
    for (const [first, last] of beyond)
      for (let position = first; position <= last; position++) this.#beyond.add(position);
  }

  get upTo(): number {
    return this.#upTo;
  }

  has(position: number): boolean {
    return position <= this.#upTo || this.#beyond.has(position);
  }

  add(position: number): void {
    this.#beyond.add(position);
    while (this.#beyond.delete(this.#upTo + 1)) this.#upTo += 1;
  }

  toRanges(): SettledRanges {
    const beyond: [number, number][] = [];
    for (const position of [...this.#beyond].sort((a, b) => a - b)) {
      const range = beyond.at(-1);
      if (range?.[1] === position - 1) range[1] = position;
      else beyond.push([position, position]);
    }
    return { upTo: this.#upTo, beyond };
  }
}

export interface SettledRanges {
  upTo: number;
  /** First and last of each. */
  beyond: [number, number][];
}
