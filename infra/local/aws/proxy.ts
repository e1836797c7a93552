/** Forwards a request of the AWS endpoint to a local service on its own port. */
import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";

/** `rewrite` gets the whole response first and may change its text. */
export function proxy(
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
  port: number,
  rewrite?: (text: string, status: number) => string | Promise<string>,
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
          const finish = async () => {
            const text = await rewrite(Buffer.concat(parts).toString(), status);
            const { "transfer-encoding": _, ...others } = answer.headers;
            response.writeHead(status, { ...others, "content-length": Buffer.byteLength(text) }).end(text);
          };
          finish().then(resolve, reject);
        });
      },
    );
    onward.on("error", reject);
    // If the caller disconnects, a long poll must not go on receiving messages.
    response.once("close", () => onward.destroy());
    onward.end(body);
  });
}
