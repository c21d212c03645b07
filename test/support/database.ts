/** Databases for tests: each test file gets its own, so files can run side by side and leave nothing behind. */
import { createHash, randomUUID } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";

export interface TestDatabase {
  readonly url: string;
  readonly drop: () => Promise<void>;
}

/** A new, empty database. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const name = newName();
  await onServer((client) => client.query(`create database ${name}`));
  return databaseNamed(name);
}

/**
 * A new database with the schema in it: a clone (some 50 ms) of a template that is migrated once per run. `schemaKey`
 * names the schema version, so that a changed schema gets another template.
 */
export async function createMigratedDatabase(
  migrate: (url: string) => Promise<void>,
  schemaKey = "current",
): Promise<TestDatabase> {
  const template = `heddle_template_${createHash("sha256").update(schemaKey).digest("hex").slice(0, 12)}`;
  const name = newName();
  await onServer(async (client) => {
    // Test files run in processes of their own: the lock lets one of them make the template.
    await client.query("select pg_advisory_lock(hashtext($1))", [template]);
    const found = await client.query("select 1 from pg_database where datname = $1", [template]);
    if (found.rowCount === 0) await createTemplate(client, template, migrate);
    await client.query(`create database ${name} template ${template}`);
  });
  return databaseNamed(name);
}

async function createTemplate(
  client: pg.Client,
  template: string,
  migrate: (url: string) => Promise<void>,
): Promise<void> {
  const draft = `${template}_draft`;
  await client.query(`drop database if exists ${draft} with (force)`);
  await client.query(`create database ${draft}`);
  await migrate(urlOf(draft));
  await client.query(`alter database ${draft} rename to ${template}`);
}

function databaseNamed(name: string): TestDatabase {
  return {
    url: urlOf(name),
    drop: async () => {
      await onServer((client) => client.query(`drop database ${name} with (force)`));
    },
  };
}

async function onServer(use: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: inject("databaseUrl") });
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}

function urlOf(name: string): string {
  const url = new URL(inject("databaseUrl"));
  url.pathname = `/${name}`;
  return url.href;
}

function newName(): string {
  return `heddle_test_${randomUUID().replaceAll("-", "")}`;
}
