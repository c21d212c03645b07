/** Settings are read once; a person who got three wrong wants to hear of three. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadConfig } from "../../../src/config.ts";

let cwd: string;
/** Keeps the machine's own temporal.toml out of the tests. */
const quiet = { TEMPORAL_CONFIG_FILE: "/nonexistent/temporal.toml" };

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "heddle-config-"));
});

afterEach(async () => {
  await rm(cwd, { recursive: true });
});

test("has a default for everything, and knows no server until one is named", async () => {
  const config = await loadConfig({ cwd, env: quiet });

  expect(config).toMatchObject({
    dataDir: join(cwd, ".heddle"),
    taskQueue: "heddle",
    logLevel: "info",
    temporal: { namespace: "default" },
    worker: { activities: 100 },
  });
  expect(config.databaseUrl).toBeUndefined();
  expect(config.temporal.connection).toBeUndefined();
});

test("takes settings from a YAML file, and the environment wins", async () => {
  await writeFile(
    join(cwd, "heddle.config.yaml"),
    "taskQueue: from-file\nlogLevel: warn\nports: { ui: 9000 }\n",
  );

  const config = await loadConfig({
    cwd,
    env: { ...quiet, HEDDLE_TASK_QUEUE: "from-env", HEDDLE_POSTGRES_PORT: "5555" },
  });

  expect(config.taskQueue).toBe("from-env");
  expect(config.logLevel).toBe("warn");
  expect(config.ports).toMatchObject({ ui: 9000, postgres: 5555 });
  expect(config.file).toBe(join(cwd, "heddle.config.yaml"));
});

test("takes settings from a TypeScript module", async () => {
  await writeFile(
    join(cwd, "heddle.config.ts"),
    'const queue: string = "typed";\nexport default { taskQueue: queue };\n',
  );

  const config = await loadConfig({ cwd, env: quiet });

  expect(config.taskQueue).toBe("typed");
});

test("reads Temporal's connection from the variables the Temporal CLI reads", async () => {
  const config = await loadConfig({
    cwd,
    env: { ...quiet, TEMPORAL_ADDRESS: "temporal.example:7233", TEMPORAL_NAMESPACE: "team" },
  });

  expect(config.temporal.namespace).toBe("team");
  expect(config.temporal.connection?.address).toBe("temporal.example:7233");
});

test("reports all problems together, each with its source and value", async () => {
  await writeFile(join(cwd, "heddle.config.yaml"), "taskQeue: x\n");

  const loading = loadConfig({
    cwd,
    env: {
      ...quiet,
      HEDDLE_LOG_LEVEL: "loud",
      HEDDLE_UI_PORT: "99999",
      DATABASE_URL: "mysql://a:secret@b/c",
    },
  });

  await expect(loading).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  const message = await loading.catch((error: unknown) => String(error));
  expect(message).toContain("4 settings are not valid");
  expect(message).toContain('HEDDLE_LOG_LEVEL is "loud"');
  expect(message).toContain('HEDDLE_UI_PORT is "99999"');
  expect(message).toContain("taskQeue");
  expect(message).toContain("DATABASE_URL: Expected postgres://");
  expect(message).not.toContain("secret");
});

test.each(["- a\n- b\n", "[unclosed"])("refuses a file that is no mapping: %j", async (content) => {
  await writeFile(join(cwd, "heddle.config.yaml"), content);

  await expect(loadConfig({ cwd, env: quiet })).rejects.toThrow("heddle.config.yaml");
});

test("treats an empty variable as unset", async () => {
  const config = await loadConfig({
    cwd,
    env: { ...quiet, HEDDLE_TASK_QUEUE: "", DATABASE_URL: "" },
  });

  expect(config.taskQueue).toBe("heddle");
});

test("cannot be changed after it was read", async () => {
  const config = await loadConfig({ cwd, env: quiet });

  expect(Object.isFrozen(config)).toBe(true);
  expect(Object.isFrozen(config.worker)).toBe(true);
});
