/** Sends a request again if there was no answer, or one that says to retry. */

type Send = (request: Request) => Promise<Response>;

export interface Retries {
  /** The most tries, including the first. */
  tries: number;
  /** Rejects if the caller aborts. @default setTimeout */
  pause?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** For one try: API Gateway gives up after 30 seconds. */
const timeoutMs = 60_000;
const firstPauseMs = 500;
const longestPauseMs = 20_000;
const longestAskedPauseMs = 60_000;

const tooManyRequests = 429;
const transient = [tooManyRequests, 500, 502, 503, 504];

export const withRetries =
  (send: Send, { tries, pause = wait }: Retries): Send =>
  async (request) => {
    for (let tried = 1; ; tried++) {
      const isLast = tried >= tries;
      // Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter
      let pauseMs = Math.random() * Math.min(longestPauseMs, firstPauseMs * 2 ** tried);
      try {
        const answer = await sendOnce(send, request);
        if (isLast || !transient.includes(answer.status)) return answer;
        if (answer.status !== tooManyRequests && showsSecretOnce(request)) return answer;
        const askedMs = askedPauseMs(answer.headers.get("retry-after"));
        if (askedMs > longestAskedPauseMs) return answer;
        pauseMs = Math.max(pauseMs, askedMs);
      } catch (error) {
        if (isLast || request.signal.aborted || showsSecretOnce(request)) throw error;
      }
      await pause(pauseMs, request.signal);
    }
  };

/** Reads the body too: an answer that breaks off counts as none. */
async function sendOnce(send: Send, request: Request): Promise<Response> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]);
  const { status, statusText, headers, body } = await send(new Request(request.clone(), { signal }));
  return new Response(body && (await new Response(body).arrayBuffer()), { status, statusText, headers });
}

/** Only the first answer has a new webhook's secret: if it was lost, the caller must know. */
const showsSecretOnce = ({ method, url }: Request) =>
  method === "PUT" && new URL(url).pathname.endsWith("/webhook");

/** `Retry-After` is seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function askedPauseMs(retryAfter: string | null): number {
  if (retryAfter === null) return 0;
  const asked = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.now();
  return Number.isNaN(asked) ? 0 : asked;
}

const wait = (milliseconds: number, signal: AbortSignal) =>
  new Promise<void>((resolve, reject) => {
    signal.throwIfAborted();
    const giveUp = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", giveUp);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", giveUp, { once: true });
  });
