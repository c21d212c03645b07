import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createPostgresRegistry, migrate, readMigrationStatus } from "../../src/registry/index.ts";
import { createEmptyDatabase, type TestDatabase } from "../support/database.ts";
import { containing, matching } from "../support/matchers.ts";
import { queryDatabase } from "../support/query-database.ts";

describe("migrate", () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createEmptyDatabase();
  });
  afterEach(() => database.drop());

  test("makes the schema, says what it applied, and has nothing left to do the second time", async () => {
    const before = await readMigrationStatus(database.url);
    const applied = await migrate(database.url);

    expect(applied.length).toBeGreaterThan(0);
    expect(before).toEqual({ applied: [], pending: applied, unknown: [] });
    expect(await migrate(database.url)).toEqual([]);
    expect(await readMigrationStatus(database.url)).toEqual({ applied, pending: [], unknown: [] });
  });

  test("applies each migration once when twenty processes migrate at once", async () => {
    const results = await Promise.all(Array.from({ length: 20 }, () => migrate(database.url)));

    const { applied } = await readMigrationStatus(database.url);
    expect(results.filter((one) => one.length > 0)).toEqual([applied]);
    expect(new Set(applied).size).toBe(applied.length);
  });

  test("refuses a schema that a newer Heddle has made, names what it does not know, and changes nothing", async () => {
    await migrate(database.url);
    await queryDatabase(
      database.url,
      "insert into heddle.migrations (name, run_on) values ('9999_from_the_future', now())",
    );

    await expect(migrate(database.url)).rejects.toMatchObject({
      code: "SCHEMA_TOO_NEW",
      message: containing('"9999_from_the_future"'),
      hint: containing("Update this Heddle"),
      details: { unknown: ["9999_from_the_future"] },
    });
    expect(await readMigrationStatus(database.url)).toMatchObject({
      pending: [],
      unknown: ["9999_from_the_future"],
    });
  });

  test("leaves no half-made schema behind when it fails", async () => {
    await queryDatabase(
      database.url,
      "create schema heddle; create table heddle.stored_values (mine text)",
    );

    await expect(migrate(database.url)).rejects.toThrow(/"stored_values" already exists/);

    const { rows } = await queryDatabase(
      database.url,
      "select 1 from pg_class where relname = 'patterns'",
    );
    expect(rows).toEqual([]);
    expect((await readMigrationStatus(database.url)).applied).toEqual([]);
  });

  test("refuses a database that cannot hold every character", async () => {
    await queryDatabase(
      database.url,
      `create database ${nameOf(database)}_latin encoding 'LATIN1' locale 'C' template template0`,
    );
    const latinUrl = `${database.url}_latin`;

    const refusal = await migrate(latinUrl).catch((error: unknown) => error);
    await queryDatabase(database.url, `drop database ${nameOf(database)}_latin with (force)`);

    expect(refusal).toMatchObject({
      code: "DATABASE_ENCODING",
      message: containing('"LATIN1"'),
    });
  });

  test("a registry on a database that was not migrated says how to migrate it, but answers a ping", async () => {
    const registry = createPostgresRegistry({ databaseUrl: database.url });

    await expect(registry.listPatterns()).rejects.toMatchObject({
      code: "SCHEMA_OUTDATED",
      hint: containing("heddle db migrate"),
    });
    expect(await registry.ping()).toEqual({
      serverVersion: matching(/^\d+/),
      migration: undefined,
    });

    const applied = await migrate(database.url);
    expect(await registry.ping()).toMatchObject({ migration: applied.at(-1) });
    await registry.close();
  });
});

function nameOf(database: TestDatabase): string {
  return new URL(database.url).pathname.slice(1);
}
