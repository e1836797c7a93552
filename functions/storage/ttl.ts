/** DynamoDB's time to live, in seconds: so many days from then. */
export const ttlAfter = (days: number, from: Date): number =>
  Math.ceil(from.getTime() / 1000) + days * 24 * 3600;
