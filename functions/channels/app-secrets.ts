/**
 * The parameter of a Meta app's secret: the secret, or while it is replaced the new one and the old one (`new,old`), so that
 * what Meta signed before arrives too. A secret of Meta is 32 hex digits. The first is the one that we sign with.
 */
export const appSecretsIn = (parameter: string | undefined): string[] =>
  (parameter ?? "")
    .split(",")
    .map((secret) => secret.trim())
    .filter((secret) => secret !== "");
