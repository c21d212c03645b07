/** Gives the projects that need it one PostgreSQL: DATABASE_URL, or an embedded one that lives as long as the run. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startPostgres } from "../../src/devstack/index.ts";
import { joinService } from "./shared-service.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A database whose server may be filled with databases of one test file each. */
    databaseUrl: string;
  }
}

export default async function setupDatabase(project: TestProject): Promise<() => Promise<void>> {
  const { value, leave } = await joinService("database", startDatabase);
  project.provide("databaseUrl", value);
  return leave;
}

async function startDatabase(): Promise<{ value: string; stop: () => Promise<void> }> {
  const given = process.env["DATABASE_URL"];
  if (given !== undefined && given !== "") return { value: given, stop: async () => undefined };
  const dataDir = await mkdtemp(join(tmpdir(), "heddle-test-database-"));
  const { url, child } = await startPostgres({ dataDir, port: 0, report, isDisposable: true });
  const stop = async (): Promise<void> => {
    await child.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { value: url, stop };
}

function report(line: string): void {
  process.stderr.write(`${line}\n`);
}
