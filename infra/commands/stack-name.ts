/** The stack that a command works on. */
export const defaultStackName = "FallbackRouting";

/** `--stack`, STACK_NAME, or the default. */
export const stackNameOf = (given: string | undefined, { STACK_NAME }: NodeJS.ProcessEnv): string =>
  given || STACK_NAME || defaultStackName;

export const stackHelp = "  --stack NAME       the stack; without it, STACK_NAME or FallbackRouting";
