/** Calls local services (dynalite, fauxqs) without an SDK. They check a signature's format only. */
import { region } from "../cloudformation.ts";

export const authorizationFor = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=local/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=local`;

/** AWS JSON 1.0; `target` as in `X-Amz-Target`. */
export async function callJson(
  port: number,
  service: string,
  target: string,
  body: object,
  signal: AbortSignal | null = null,
): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${port}`, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": target,
      "x-amz-date": "20260101T000000Z",
      authorization: authorizationFor(service),
    },
    body: JSON.stringify(body),
    signal,
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`the local service refused ${target}: ${text}`);
  return text === "" ? {} : JSON.parse(text);
}
