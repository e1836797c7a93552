/** Looks until what it sees will do; says what it saw last where that never comes. */
export async function eventually<Seen>(
  what: string,
  look: () => Promise<Seen>,
  isDone: (seen: Seen) => boolean,
  between: () => Promise<void> = async () => {},
): Promise<Seen> {
  let seen = await look();
  for (let looks = 1; looks < 240 && !isDone(seen); looks++) {
    await between();
    await new Promise((resolve) => setTimeout(resolve, 25));
    seen = await look();
  }
  if (isDone(seen)) return seen;
  throw new Error(`${what} did not come; last seen: ${JSON.stringify(seen)}`);
}
