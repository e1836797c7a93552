/** What a check finds, and what it is given for that. */
import type { Deployment } from "./deployment.ts";
import type { Answers, ReadName } from "./reads.ts";

export interface Finding {
  what: string;
  remedy: string;
  command?: string;
}

/** What a check is given besides the answers. */
export interface Subject extends Deployment {
  now: Date;
}

/** Judges the answers of these reads. Pure. */
export type Judge<Needs extends ReadName> = (answers: Pick<Answers, Needs>, subject: Subject) => Finding[];

/** The pages with the remedies. */
export const pages = {
  sms: "infra/FIRST-SMS.md",
  secrets: "infra/README.md#secrets",
  receipts: "infra/README.md#receipts",
} as const;

/** Whether it ends within a month. `time`: milliseconds since the epoch. */
export const endsSoon = (time: number, now: Date): boolean => time < now.getTime() + 30 * 24 * 3600_000;
export const dateOf = (time: number): string => new Date(time).toISOString().slice(0, 10);
