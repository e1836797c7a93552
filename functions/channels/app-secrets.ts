/**
 * The parameter of a Meta app's secret: the secret, or during a rotation the new and the old one (`new,old`), so that what Meta
 * still signs with the old one is accepted. Meta's secrets are 32 hex digits. We sign with the first.
 */
export const appSecretsIn = (parameter: string | undefined): string[] =>
  (parameter ?? "")
    .split(",")
    .map((secret) => secret.trim())
    .filter((secret) => secret !== "");
