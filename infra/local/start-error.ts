/** Explains why the start failed, and what to do. */

/** Why the port cannot be used; undefined for other errors. */
export function portFault(variable: string, port: number, code: string | undefined): string | undefined {
  const other = `set ${variable}=0 for a free port`;
  if (code === "EADDRINUSE")
    return `${variable}: port ${port} is in use: stop the program that uses it, or ${other}`;
  if (code === "EACCES")
    return `${variable}: this user may not listen on port ${port}: use one above 1023, or ${other}`;
  return undefined;
}

/** An error about the template; the remedy is the same for all. */
export const explainStart = ({ message }: Error): string =>
  /\btemplate\b|does not run locally|does not know|is not known/.test(message)
    ? `${message}\nThe stack (infra) and what runs it here (infra/local) do not match: \`git diff infra cdk.json\` shows what was changed; infra/local must support whatever is new in the stack.`
    : message;
