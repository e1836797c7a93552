/** The patterns of policies: names with wildcards, and ARNs, whose parts are compared one by one. Used by policy.ts. */

export type Pattern = (text: string) => boolean;

/** `*` is any text, `?` any one character. */
export function wildcard(pattern: string, flags: "" | "i" = ""): Pattern {
  const source = pattern.replace(/[.*+?^${}()|[\]\\]/g, (character) => {
    if (character === "*") return ".*";
    return character === "?" ? "." : `\\${character}`;
  });
  const expression = new RegExp(`^${source}$`, `s${flags}`);
  return (text) => expression.test(text);
}

/**
 * A wildcard does not cross a colon, so `arn:aws:sns:*:*:*` matches no queue. Only `*` matches what has no ARN. @throws
 * {Error} if the pattern is not an ARN
 */
export function arnPattern(pattern: string): Pattern {
  if (pattern === "*") return () => true;
  const parts = splitArn(pattern)?.map((part) => wildcard(part));
  if (parts === undefined) throw new Error(`${pattern} is no ARN`);
  return (text) => {
    const given = splitArn(text);
    return given !== undefined && parts.every((matches, index) => matches(given[index] ?? ""));
  };
}

/** Five parts and the rest, which may contain colons. */
function splitArn(text: string): string[] | undefined {
  const parts = text.split(":");
  if (parts[0] !== "arn" || parts.length < 6) return undefined;
  return [...parts.slice(0, 5), parts.slice(5).join(":")];
}
