/** Hands a request of the AWS endpoint on to what plays the service, on a port of its own. */
import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";

/** `rewrite` changes the text of the answer's body. */
export function proxy(
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
  port: number,
  rewrite?: (text: string) => string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { ...request.headers, "content-length": String(body.length) };
    delete headers["transfer-encoding"];
    const onward = httpRequest(
      { host: "127.0.0.1", port, method: request.method, path: request.url, headers },
      (answer) => {
        const status = answer.statusCode ?? 502;
        answer.on("error", reject);
        if (rewrite === undefined) {
          response.writeHead(status, answer.headers);
          answer.pipe(response);
          answer.on("end", resolve);
          return;
        }
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.on("end", () => {
          const text = rewrite(Buffer.concat(parts).toString());
          const { "transfer-encoding": _, ...others } = answer.headers;
          response.writeHead(status, { ...others, "content-length": Buffer.byteLength(text) }).end(text);
          resolve();
        });
      },
    );
    onward.on("error", reject);
    // A caller who hung up waits for nothing: a long poll would take messages for them.
    response.once("close", () => onward.destroy());
    onward.end(body);
  });
}
