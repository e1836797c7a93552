/** Every answer of the carrier's catalogue through the running system: minutes, so a command of its own and no part of `npm test`. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/catalogue/**/*.test.ts"],
    globalSetup: ["test/acceptance/global-setup.ts"],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 600_000,
  },
});
