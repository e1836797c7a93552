/** The stack that a command is about. */
export const defaultStackName = "FallbackRouting";

/** `--stack`, else STACK_NAME, else the name that cdk.json gives. */
export const stackNameOf = (given: string | undefined, { STACK_NAME }: NodeJS.ProcessEnv): string =>
  given || STACK_NAME || defaultStackName;

export const stackHelp = "  --stack NAME       the stack; without it STACK_NAME, or FallbackRouting";
