/**
 * Which messages are settled (accepted, refused or bad), as ranges of positions. Parallel requests leave gaps, but never more
 * than there are messages in flight.
 */
export type Range = [first: number, last: number];

export class SettledPositions {
  /** In order, with gaps between them. */
  readonly #ranges: Range[];

  constructor(ranges: readonly Range[] = []) {
    this.#ranges = ranges.map(([first, last]) => [first, last]);
  }

  /** The end of the range that begins at 1. */
  get upTo(): number {
    const [first, last] = this.#ranges[0] ?? [0, 0];
    return first === 1 ? last : 0;
  }

  has(position: number): boolean {
    const before = this.#ranges.findLast(([first]) => first <= position);
    return before !== undefined && position <= before[1];
  }

  add(position: number): void {
    const index = this.#ranges.findLastIndex(([first]) => first <= position);
    const [before, after] = [this.#ranges[index], this.#ranges[index + 1]];
    if (before && position <= before[1]) return;
    const joinsBefore = before?.[1] === position - 1;
    const joinsAfter = after?.[0] === position + 1;
    if (joinsBefore && joinsAfter) {
      before[1] = after[1];
      this.#ranges.splice(index + 1, 1);
    } else if (joinsBefore) before[1] = position;
    else if (joinsAfter) after[0] = position;
    else this.#ranges.splice(index + 1, 0, [position, position]);
  }

  toRanges(): Range[] {
    return this.#ranges.map(([first, last]) => [first, last]);
  }
}
