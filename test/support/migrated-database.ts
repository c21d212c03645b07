/** A database of one's own with the current schema: what every test of something that stands on PostgreSQL starts with. */
import { readdirSync, readFileSync } from "node:fs";
import { migrate } from "../../src/registry/index.ts";
import { createMigratedDatabase, type TestDatabase } from "./database.ts";

const MIGRATIONS = new URL("../../src/registry/migrations/", import.meta.url);

export function createHeddleDatabase(): Promise<TestDatabase> {
  return createMigratedDatabase(async (url) => {
    await migrate(url);
  }, schemaKey());
}

/** Changes with every edit of a migration, so that a long-lived server never serves an old template. */
function schemaKey(): string {
  return readdirSync(MIGRATIONS)
    .sort()
    .map((file) => `${file}\n${readFileSync(new URL(file, MIGRATIONS), "utf8")}`)
    .join("\n");
}
