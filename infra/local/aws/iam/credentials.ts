/** The access keys of the local run: each function has its own, so that the AWS endpoint knows who calls. */
import { createHash } from "node:crypto";

/** Looks like temporary credentials; always the same for a function's name. */
export const accessKeyIdOf = (functionName: string): string =>
  `ASIA${createHash("sha256").update(functionName).digest("hex").slice(0, 16).toUpperCase()}`;
