/** Servers that Heddle did not start are used, prepared and left running. */
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { Connection } from "@temporalio/client";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { missingSearchAttributes, startDevStack } from "../../src/devstack/index.ts";
import { findTemporal } from "../../src/devstack/temporal-program.ts";
import { createEmptyDatabase, type TestDatabase } from "../support/database.ts";

let folder: string;
let connection: Connection;
let database: TestDatabase;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "heddle-external-"));
  connection = await Connection.connect({ address: inject("temporalAddress") });
  database = await createEmptyDatabase();
});

afterAll(async () => {
  await connection.close();
  await database.drop();
  await rm(folder, { recursive: true });
});

test("uses the servers it is given, registers search attributes there and starts nothing", async () => {
  const namespace = await createNamespace();
  const migrated: string[] = [];

  const stack = await startDevStack({
    dataDir: join(folder, "given"),
    databaseUrl: database.url,
    temporal: { address: inject("temporalAddress") },
    namespace,
    migrate: async (url) => void migrated.push(url),
    report: (line) => {
      throw new Error(`nothing should be said: ${line}`);
    },
  });

  expect(migrated).toEqual([database.url]);
  expect(stack).toMatchObject({ databaseUrl: database.url, namespace, uiUrl: undefined });
  expect(await missingSearchAttributes(connection, namespace)).toEqual([]);
  expect(await readdir(join(folder, "given"))).toEqual(["stack.lock"]);
  await stack.stop();
  await expect(connection.workflowService.describeNamespace({ namespace })).resolves.toBeDefined();
});

test("says which server cannot be reached and what to do", async () => {
  const starting = startDevStack({
    dataDir: join(folder, "unreachable"),
    databaseUrl: database.url,
    temporal: { address: "127.0.0.1:9", connectTimeout: "1s" },
    migrate: async () => undefined,
    report: () => undefined,
  });

  await expect(starting).rejects.toMatchObject({
    code: "TEMPORAL_UNREACHABLE",
    message: expect.stringContaining("127.0.0.1:9") as string,
    hint: expect.stringContaining("TEMPORAL_ADDRESS") as string,
  });
  expect(await readdir(join(folder, "unreachable"))).toEqual([]);
});

test("stops what it has started when the migration fails", async () => {
  const dataDir = join(folder, "migration");

  const starting = startDevStack({
    dataDir,
    temporal: { address: inject("temporalAddress") },
    postgresPort: 0,
    migrate: async () => {
      throw new Error("migration 3 failed");
    },
    report: () => undefined,
  });

  await expect(starting).rejects.toThrow("migration 3 failed");
  expect((await readdir(dataDir)).sort()).toEqual(["logs", "postgres"]);
});

test("prepares a namespace by the compose file's script, also when it runs a second time", async () => {
  const { path } = await findTemporal({ dataDir: folder, report: () => undefined });
  await symlink(path, join(folder, "temporal"));
  const namespace = `compose-${randomUUID().slice(0, 8)}`;
  const env = {
    HOME: folder,
    PATH: `${folder}:${process.env["PATH"] ?? ""}`,
    TEMPORAL_ADDRESS: inject("temporalAddress"),
    TEMPORAL_NAMESPACE: namespace,
  };
  const script = resolve(import.meta.dirname, "../../docker/temporal/setup-namespace.sh");

  await promisify(execFile)("sh", [script], { env });
  await promisify(execFile)("sh", [script], { env });

  expect(await missingSearchAttributes(connection, namespace)).toEqual([]);
});

async function createNamespace(): Promise<string> {
  const namespace = `external-${randomUUID().slice(0, 8)}`;
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  return namespace;
}
