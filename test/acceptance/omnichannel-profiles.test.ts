/** Profiles of the Omnichannel API, from outside. */
import { expect, it } from "vitest";
import { eventually } from "./eventually.ts";
import { newKey } from "./keys.ts";
import { advanceClock, arrivedAt, newCustomer, webhook } from "./service.ts";

const profile = {
  id: "ann@example.com",
  firstName: "Ann",
  address: { city: "London", lines: ["1 High St", "Soho"] },
  vip: true,
  _own: 1,
};
const path = `/cpaas/profiles/${encodeURIComponent(profile.id)}`;
const { _own, ...shown } = profile;

it("a profile is made once, shown with its nested fields, and is ours too", async () => {
  const key = await newKey();
  const made = await key.call("POST", "/cpaas/profiles", profile);
  expect(made.status).toBe(201);
  expect(made.body).toEqual({
    ...shown,
    _createdOn: expect.any(String),
    _createdBy: key.keyId,
    _updatedOn: made.body._createdOn,
    _updatedBy: key.keyId,
  });
  expect((await key.call("POST", "/cpaas/profiles", profile)).status).toBe(409);
  expect((await key.call("GET", path)).body).toEqual(made.body);
  const ours = await key.call("GET", `/profiles/${encodeURIComponent(profile.id)}`);
  expect(ours.body).toMatchObject({ firstName: "Ann", address_city: "London", address_lines_1: "Soho" });
  expect((await (await newKey()).call("GET", path)).status).toBe(404);
});

it("a profile is replaced and changed, by its version where one is named", async () => {
  const key = await newKey();
  const { headers } = await key.call("POST", "/cpaas/profiles", profile);
  const etag = headers.get("etag") ?? "";
  const patched = await key.call(
    "PATCH",
    `${path}?deletes=address.lines,vip`,
    { address: { zip: "W1" }, lastName: "Lee" },
    { "if-match": etag },
  );
  expect(patched.status).toBe(200);
  expect(patched.body).toMatchObject({ firstName: "Ann", lastName: "Lee", address: { zip: "W1" } });
  expect(patched.body.vip).toBeUndefined();
  for (const [method, body] of [
    ["PATCH", {}],
    ["PUT", {}],
    ["DELETE", undefined],
  ] as const)
    expect((await key.call(method, path, body, { "if-match": etag })).status).toBe(412);
  const latest = patched.headers.get("etag") ?? "";
  const replaced = await key.call("PUT", path, { lastName: "Lee" }, { "if-match": latest });
  expect([replaced.status, replaced.body.firstName, replaced.body.lastName]).toEqual([200, undefined, "Lee"]);
  expect(replaced.body._createdOn).toBe(patched.body._createdOn);
  expect((await key.call("PUT", "/cpaas/profiles/none", {})).status).toBe(404);
  expect((await key.call("PATCH", "/cpaas/profiles/none", { a: 1 })).status).toBe(404);
  expect((await key.call("PATCH", "/cpaas/profiles/none?allowcreate=true", { a: 1 })).status).toBe(200);
  expect((await key.call("DELETE", path)).status).toBe(204);
  expect((await key.call("DELETE", path)).status).toBe(404);
});

it("profiles are found by fields that are equal, and made and deleted together", async () => {
  const key = await newKey();
  const people = [
    { id: "1", address: { city: "London" }, age: 30 },
    { id: "2", address: { city: "Paris" }, age: 30 },
    { id: "3", address: { city: "London" }, age: 40 },
  ];
  const made = await key.call("PATCH", "/cpaas/profiles/bulk", people);
  expect([made.status, made.body.length]).toEqual([200, 3]);
  const found = async (query: string) =>
    (await key.call("GET", `/cpaas/profiles?${query}`)).body.map(({ id }: { id: string }) => id);
  expect(await found("address.city=London")).toEqual(["1", "3"]);
  expect(await found("address.city=London&age=40")).toEqual(["3"]);
  expect(await found("$limit=1&$skip=1")).toEqual(["2"]);
  const { body } = await key.call("GET", "/cpaas/profiles?id=2&$fields=age");
  expect(body).toEqual([{ id: "2", age: 30 }]);
  expect((await key.call("GET", "/cpaas/profiles?age=%3E30")).status).toBe(400);
  const deleted = await key.call("DELETE", "/cpaas/profiles/bulk?id=1&id=2");
  expect([deleted.status, deleted.body]).toEqual([200, [{ id: "1" }, { id: "2" }]]);
  expect(await found("$limit=10")).toEqual(["3"]);
});

it("a profile that a message names is made by it, with its addresses", async () => {
  const key = await newKey();
  const to = { profileId: profile.id, phoneNumber: "447123123123", email: "Ann@Example.com", shoeSize: "42" };
  await key.call("POST", "/cpaas/messages", { to, rules: ["sms"], body: "Hi" });
  const { body } = await key.call("GET", "/cpaas/profiles");
  const kept = { id: profile.id, phoneNumber: "+447123123123", email: "ann@example.com", shoeSize: "42" };
  expect(body).toMatchObject([kept]);
  await key.call("PATCH", path, { email: "Ann.Lee@Example.com" });
  expect((await key.call("GET", path)).body.email).toBe("ann.lee@example.com");
});

it("a customer who comes to Messenger by a page is known by their profile from then on", async () => {
  const key = await newKey();
  const { id } = profile;
  const state = await key.call("POST", "/apispaces/1/channels/facebook/state", {
    profileId: id,
    firstName: "Ann",
  });
  expect(state.status).toBe(200);
  expect(state.body).toMatch(/^[\w-]{1,250}$/);
  const customer = newCustomer();
  const come = async (how: object) => {
    const timestamp = Date.parse(await advanceClock(0));
    const event = {
      sender: { id: customer.fbMessengerId },
      recipient: { id: "101044009999999" },
      timestamp,
      ...how,
    };
    const entry = [{ id: "101044009999999", time: timestamp, messaging: [event] }];
    expect((await webhook("fb-messenger", JSON.stringify({ object: "page", entry }))).status).toBe(200);
  };
  await come({ optin: { ref: "nobody" } });
  await come({ optin: { ref: state.body } });
  const known = await eventually(
    "the id",
    () => key.call("GET", path),
    ({ body }) => body.fbMessengerId !== undefined,
  );
  expect(known.body).toMatchObject({ id, firstName: "Ann", fbMessengerId: customer.fbMessengerId });
  const message = { to: { profileId: id }, rules: ["fbMessenger"], body: "Hi" };
  await key.call("POST", "/cpaas/messages", message);
  await advanceClock(1000);
  expect((await arrivedAt(customer, "fbMessenger")).map(({ body }) => body)).toEqual(["Hi"]);
  expect((await key.call("DELETE", path)).status).toBe(204);
  await come({ referral: { ref: state.body, source: "SHORTLINK", type: "OPEN_THREAD" } });
  await advanceClock(5000);
  expect((await key.call("GET", path)).status).toBe(404);
});
