/** Phone numbers as senders write them, and the client's settings by which they are read, from outside. */
import { describe, expect, it } from "vitest";
import { newKey } from "./keys.ts";
import { advanceClock, newCustomer } from "./service.ts";

const message = (to: object, more: object = {}) => ({ to, body: "Hello", rules: ["sms"], ...more });
const cacheMs = 60_000;

describe("a number as it is dialled at home", () => {
  it("is refused where nothing says where that is", async () => {
    const { call } = await newKey();
    for (const phoneNumber of ["(202) 555-2671", "917-555-2671", "020 7946 0018", "2025552671"]) {
      const { status, body } = await call("POST", "/messages", message({ phoneNumber }));
      expect([status, body.errors]).toMatchObject([400, [{ path: "to.phoneNumber", code: "invalid" }]]);
      expect(body.errors[0].message).toContain("defaultCountry");
    }
  });

  it("is read by the request's default country, and the plan shows the number and its country", async () => {
    const { call } = await newKey();
    const request = message({ phoneNumber: "(202) 555-2671" }, { defaultCountry: "US" });
    const to = { phoneNumber: "+12025552671", country: "US" };
    expect((await call("POST", "/messages/plan", request)).body.to).toEqual(to);
    const sent = await call("POST", "/messages", request);
    expect([sent.status, sent.body.plan.to]).toEqual([201, to]);
    const batch = await call("POST", "/messages/batch", [
      request,
      message({ phoneNumber: "(202) 555-2671" }),
    ]);
    expect(batch.body.results).toMatchObject([
      { status: 201 },
      { status: 400, errors: [{ path: "to.phoneNumber" }] },
    ]);
  });

  it("is read by the client's default country, also in a profile, and the request's goes before it", async () => {
    const { call } = await newKey();
    expect((await call("PUT", "/settings", { defaultCountry: "GB" })).status).toBe(200);
    const planOf = async (request: object) => (await call("POST", "/messages/plan", request)).body.to;
    expect(await planOf(message({ phoneNumber: "020 7946 0018" }))).toMatchObject({ country: "GB" });
    expect(await planOf(message({ phoneNumber: "2025552671" }, { defaultCountry: "US" }))).toMatchObject({
      country: "US",
    });
    const profile = await call("PUT", "/profiles/anna", { phoneNumber: "020 7946 0018" });
    expect(profile.body).toEqual({ profileId: "anna", phoneNumber: "+442079460018" });
    const bad = await call("PUT", "/profiles/anna", { phoneNumber: "(202) 555-2671" });
    expect([bad.status, bad.body.errors]).toMatchObject([400, [{ path: "phoneNumber", code: "invalid" }]]);
  });

  it("a default country that is none is refused with its field", async () => {
    const { call } = await newKey();
    const { status, body } = await call(
      "POST",
      "/messages",
      message({ phoneNumber: "1" }, { defaultCountry: "uk" }),
    );
    expect([status, body.errors]).toMatchObject([
      400,
      [{ path: "to.phoneNumber" }, { path: "defaultCountry" }],
    ]);
  });
});

describe("the settings", () => {
  it("are put whole and read, and belong to their client", async () => {
    const [one, other] = [await newKey(), await newKey()];
    const settings = { defaultCountry: "US", countries: ["US", "CA"] };
    expect((await one.call("GET", "/settings")).body).toEqual({});
    expect((await one.call("PUT", "/settings", settings)).body).toEqual(settings);
    expect((await one.call("GET", "/settings")).body).toEqual(settings);
    expect((await other.call("GET", "/settings")).body).toEqual({});
    expect((await one.call("PUT", "/settings", {})).body).toEqual({});
    expect((await one.call("GET", "/settings")).body).toEqual({});
  });

  it.each([
    [{ defaultCountry: "XX" }, "defaultCountry"],
    [{ countries: [] }, "countries"],
    [{ countries: ["GB", "Mars"] }, "countries[1]"],
    [{ quiet: true }, "quiet"],
    [[], ""],
  ])("%j are refused with the field", async (settings, path) => {
    const { call } = await newKey();
    const { status, body } = await call("PUT", "/settings", settings);
    expect([status, body.errors.map((fault: { path: string }) => fault.path)]).toEqual([400, [path]]);
  });

  it("name the countries that may be sent to; a change takes effect within a minute, also for what a profile has", async () => {
    const { call } = await newKey();
    await call("PUT", "/profiles/anna", {
      phoneNumber: "+12025552671",
      fbMessengerId: newCustomer().fbMessengerId,
    });
    const stranger = message({ phoneNumber: "+12025552671" });
    const anna = message({ profileId: "anna" });
    for (const request of [stranger, anna])
      expect((await call("POST", "/messages/plan", request)).status).toBe(200);
    await call("PUT", "/settings", { countries: ["GB"] });
    await advanceClock(cacheMs);
    for (const [request, path] of [
      [stranger, "to.phoneNumber"],
      [anna, "to.profileId"],
    ] as const) {
      const { status, body } = await call("POST", "/messages", request);
      expect([status, body.errors]).toMatchObject([400, [{ path, code: "country_not_allowed" }]]);
    }
    expect((await call("POST", "/messages", { ...anna, rules: ["fbMessenger"] })).status).toBe(201);
    expect((await call("POST", "/messages", message({ phoneNumber: "447123123123" }))).status).toBe(201);
    const put = await call("PUT", "/profiles/bob", { phoneNumber: "+12025552671" });
    expect([put.status, put.body.errors]).toMatchObject([
      400,
      [{ path: "phoneNumber", code: "country_not_allowed" }],
    ]);
  });
});
