/** No page of another site reaches a port of the local run: neither by a name that resolves to this machine, nor across sites. */
import { request } from "node:http";
import { expect, it } from "vitest";
import { api, aws, carrier } from "./service.ts";

const places = { API: api, "AWS endpoint": aws, carrier };

interface Answer {
  status: number | undefined;
  headers: string[];
}
/** fetch lets nobody choose the Host. */
const ask = (url: string, headers: Record<string, string>, method = "POST", body = ""): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request(url, { method, headers }, (answer) => {
      answer
        .resume()
        .on("end", () => resolve({ status: answer.statusCode, headers: Object.keys(answer.headers) }));
    });
    asked.on("error", reject).end(body);
  });
const allowsOthers = ({ headers }: Answer) => headers.some((name) => name.startsWith("access-control-"));

it.each(Object.entries(places))("the %s refuses a name that is not this machine's", async (_, url) => {
  const { port } = new URL(url);
  expect(await ask(url, { host: `rebound.example:${port}` })).toMatchObject({ status: 403 });
});

it.each(Object.entries(places))(
  "the %s refuses a request and a preflight of another site",
  async (_, url) => {
    const fromOtherOrigins = [
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site", "content-type": "application/x-www-form-urlencoded" },
    ];
    for (const headers of fromOtherOrigins) {
      for (const method of ["POST", "OPTIONS"]) {
        const answer = await ask(url, headers, method, method === "POST" ? "Action=ListTopics" : "");
        expect(answer.status).toBe(403);
        expect(allowsOthers(answer)).toBe(false);
      }
    }
  },
);

it("a form of another site does not move the clock", async () => {
  const now = async () =>
    Date.parse(
      JSON.parse(
        await (await fetch(`${carrier}/carrier/clock`, { method: "POST", body: '{"advanceMs":0}' })).text(),
      ).now,
    );
  const before = await now();
  const headers = { origin: "https://evil.example", "content-type": "text/plain" };
  const answer = await ask(`${carrier}/carrier/clock`, headers, "POST", '{"advanceMs":3600000}');
  expect(answer.status).toBe(403);
  expect((await now()) - before).toBeLessThan(3_600_000);
});

it.each(Object.entries(places))(
  "the %s answers programs of this machine by any of its names",
  async (_, url) => {
    const { port } = new URL(url);
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, `sqs.localhost:${port}`])
      expect((await ask(url, { host })).status).not.toBe(403);
  },
);
