/**
 * Works that are under way at once. Throws the first error of the list, but only when all have ended: what a function leaves
 * behind when it answers stands still with it, and may go on at any time or never.
 */
export async function together<const Works extends readonly unknown[]>(works: Works) {
  await Promise.allSettled(works);
  return Promise.all(works);
}
