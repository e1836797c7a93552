/**
 * The suite runs against a system of its own, or against the one that API_URL, API_KEY, AWS_ENDPOINT_URL and CARRIER_URL
 * name.
 */
import { resolve } from "node:path";
import type { TestProject } from "vitest/node";
import { type Endpoints, startSystem } from "./start-system.ts";

declare module "vitest" {
  interface ProvidedContext {
    endpoints: Endpoints;
  }
}

export default async function setup(project: TestProject) {
  const { API_URL, API_KEY = "local", AWS_ENDPOINT_URL, CARRIER_URL } = process.env;
  if (API_URL && AWS_ENDPOINT_URL && CARRIER_URL) {
    project.provide("endpoints", {
      api: API_URL,
      apiKey: API_KEY,
      aws: AWS_ENDPOINT_URL,
      carrier: CARRIER_URL,
    });
    return;
  }
  const system = await startSystem(resolve(import.meta.dirname, "../.."));
  project.provide("endpoints", system.endpoints);
  return system.stop;
}
