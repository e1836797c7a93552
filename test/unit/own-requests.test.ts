/** The store behind the local AWS endpoint has a port of its own: it is guarded like every other. */
import { expect, it } from "vitest";
import { startLocalDynamoDb } from "./fixtures/local-dynamodb.ts";

it("dynalite answers this machine's programs and no page of another site, not even its preflight", async () => {
  const { port, stop } = await startLocalDynamoDb({ tables: ["id"] });
  try {
    const url = `http://127.0.0.1:${port}/`;
    const headers = { origin: "https://evil.example", "access-control-request-method": "POST" };
    const preflight = await fetch(url, { method: "OPTIONS", headers });
    expect(preflight.status).toBe(403);
    expect([...preflight.headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
    expect((await fetch(url)).status).toBe(200);
  } finally {
    await stop();
  }
});
