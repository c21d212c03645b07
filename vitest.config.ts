import { defineConfig } from "vitest/config";

const SERVICES = "test/support/setup-services.ts";
const DATABASE = "test/support/setup-database.ts";
const PROGRAM = "test/support/setup-program.ts";

/** What needs nothing runs always; what needs a service says so by its folder. */
export default defineConfig({
  test: {
    // Threads crash with the native module of @temporalio/worker (segmentation fault).
    pool: "forks",
    // Vitest leaves one processor free, which on two means one file at a time; most tests wait for servers anyway.
    maxWorkers: 3,
    // Far more than anything takes: a limit is there to end what hangs, not to tell a busy machine from an idle one.
    testTimeout: 60_000,
    hookTimeout: 240_000,
    teardownTimeout: 60_000,
    projects: [
      { extends: true, test: { name: "unit", include: ["test/unit/**/*.test.ts"] } },
      {
        extends: true,
        test: { name: "replay", include: ["test/replay/**/*.test.ts"], testTimeout: 180_000 },
      },
      {
        extends: true,
        test: {
          name: "postgres",
          include: ["test/postgres/**/*.test.ts"],
          globalSetup: [DATABASE],
          testTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: "workflow",
          include: ["test/workflow/**/*.test.ts"],
          globalSetup: [SERVICES],
          testTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: [SERVICES, PROGRAM],
          testTimeout: 480_000,
          hookTimeout: 480_000,
        },
      },
    ],
    coverage: {
      include: ["src/**/*.ts"],
      thresholds: {
        lines: 90,
        "src/core/**": { lines: 100 },
        "src/patterns/**": { lines: 100 },
        "src/hooks/*.ts": { lines: 100 },
        "src/workflows/interpreter/**": { lines: 100 },
      },
    },
  },
});
