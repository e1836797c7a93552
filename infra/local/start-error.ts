/** What stands in the way of starting, with what to do about it. */

/** Why a port cannot be listened on; undefined where it is no matter of the port. */
export function portFault(variable: string, port: number, code: string | undefined): string | undefined {
  const other = `set ${variable}=0 for a free port`;
  if (code === "EADDRINUSE")
    return `${variable}: port ${port} is in use: stop what listens there, or ${other}`;
  if (code === "EACCES")
    return `${variable}: this user must not listen on port ${port}: take one above 1023, or ${other}`;
  return undefined;
}

/** An error about the template names what it met; the remedy is the same for all. */
export const explainStart = ({ message }: Error): string =>
  /\btemplate\b|does not run locally|does not know|is not known/.test(message)
    ? `${message}\nThe stack (infra) and what runs it here (infra/local) do not fit: \`git diff infra cdk.json\` shows what was changed; what is new in the stack must be made known in infra/local.`
    : message;
