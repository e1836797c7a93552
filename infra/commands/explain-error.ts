/**
 * Explains errors of AWS, the network and the file system to the user: cause and remedy in a sentence. Other errors are bugs
 * and keep their stack.
 */

interface ErrorFacts {
  name?: string;
  code?: string;
  message?: string;
  path?: string;
  cause?: unknown;
  errors?: unknown[];
  $metadata?: { httpStatusCode?: number };
}

const remedies: Record<string, string> = {
  CredentialsProviderError:
    "there are no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (the local run accepts any)",
  QueueDoesNotExist: "the queue does not exist: `aws sqs list-queues` shows those of this region and account",
  ResourceNotFoundException:
    "the table does not exist: `aws dynamodb list-tables` shows those of this region and account",
  ExpiredToken: "the AWS credentials have expired: sign in again",
  ExpiredTokenException: "the AWS credentials have expired: sign in again",
  TokenProviderError: "the AWS sign-in has expired: run `aws sso login`",
  InvalidClientTokenId: "AWS does not know these credentials: check AWS_ACCESS_KEY_ID or AWS_PROFILE",
  UnrecognizedClientException: "AWS does not know these credentials: check AWS_ACCESS_KEY_ID or AWS_PROFILE",
  SignatureDoesNotMatch:
    "AWS refused the signature: check AWS_SECRET_ACCESS_KEY, the region and the machine's clock",
  TimeoutError: "there was no response in time",
  ENOENT: "there is no such file: check its name",
  EACCES: "this user may not read or write it: check its permissions",
  EISDIR: "it is a directory: name a file",
  ENOSPC: "the disk is full: make room",
};

const networkFaults = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EAI_AGAIN",
  "ENOTFOUND",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
  "EPIPE",
  "UND_ERR_SOCKET",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
]);
/** The request was not sent. */
const unreachable = new Set(["ECONNREFUSED", "EAI_AGAIN", "ENOTFOUND", "EHOSTUNREACH", "ENETUNREACH"]);

export function explainError(error: unknown): string {
  const { name = "", code = "", message = "", path, $metadata, cause } = factsOf(error);
  const network = networkCode(error);
  if (network !== undefined) {
    const detail = [message, factsOf(cause).message].find((text) => text?.includes(network)) ?? network;
    const endpoint = process.env.AWS_ENDPOINT_URL ? ", AWS_ENDPOINT_URL" : "";
    const region = /\.amazonaws\.com/.test(detail) ? ", AWS_REGION" : "";
    const local = / (127\.0\.0\.1|::1):/.test(detail) ? "; the local run must be running: npm start" : "";
    return `cannot connect (${detail}): check the address${endpoint}${region} and the network${local}`;
  }
  if (name === "CredentialsProviderError" && process.env.AWS_PROFILE)
    return `the AWS profile "${process.env.AWS_PROFILE}" gives no credentials: check AWS_PROFILE and ~/.aws/config, or sign in with \`aws sso login\``;
  if (code === "ERR_INVALID_URL" && !URL.canParse(process.env.AWS_ENDPOINT_URL ?? ""))
    return `AWS_ENDPOINT_URL is "${process.env.AWS_ENDPOINT_URL}": it must be a URL, http://127.0.0.1:4566 for the local run`;
  const remedy = remedies[name] ?? remedies[code];
  if (remedy !== undefined) return path === undefined ? remedy : `${path}: ${remedy}`;
  if (/region is missing/i.test(message))
    return "no AWS region is set: set AWS_REGION (a local run: us-east-1)";
  if (/^AccessDenied/.test(name))
    return `AWS does not allow it: ${message}: ask for that permission, or use other credentials`;
  if (/^Stack .* does not exist/.test(message))
    return `${message} in this region and account: deploy it (npx cdk deploy), or check AWS_REGION and AWS_PROFILE; a local run needs AWS_ENDPOINT_URL`;
  if ($metadata !== undefined && name === "SyntaxError")
    return "the endpoint does not respond as AWS does: check AWS_ENDPOINT_URL (`npm start` prints that of the local run)";
  if ($metadata !== undefined) return `AWS refused: ${name}: ${message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Whether the same call may work a moment later. */
export function isTransient(error: unknown): boolean {
  const { name = "", $metadata } = factsOf(error);
  const status = $metadata?.httpStatusCode ?? 0;
  return (
    status >= 500 ||
    status === 429 ||
    /throttl|timeout|TooManyRequests|RequestLimitExceeded|OverLimit/i.test(name) ||
    networkCode(error) !== undefined
  );
}

/** Whether nothing listens there: a wrong address, unless there was a response before. */
export const isUnreachable = (error: unknown) => unreachable.has(networkCode(error) ?? "");

/** `fetch` has it in its error's cause, or, for a host with several addresses, in a list there. */
function networkCode(error: unknown): string | undefined {
  const { code, cause, errors } = factsOf(error);
  if (code !== undefined && networkFaults.has(code)) return code;
  if (cause !== undefined) return networkCode(cause);
  return errors?.map(networkCode).find((found) => found !== undefined);
}

const factsOf = (error: unknown): ErrorFacts => (typeof error === "object" && error !== null ? error : {});
