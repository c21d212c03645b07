/** The database itself holds the promise that a registered version never changes, whoever writes to it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPostgresRegistry, type Registry } from "../../src/registry/index.ts";
import type { TestDatabase } from "../support/database.ts";
import { createHeddleDatabase } from "../support/migrated-database.ts";
import { queryDatabase } from "../support/query-database.ts";
import { samplePattern } from "../support/registry-samples.ts";

describe("a registered pattern version", () => {
  let database: TestDatabase;
  let registry: Registry;
  beforeAll(async () => {
    database = await createHeddleDatabase();
    registry = createPostgresRegistry({ databaseUrl: database.url });
    await registry.registerPattern(samplePattern({ name: "kept", tags: ["a"] }));
  });
  afterAll(async () => {
    await registry.close();
    await database.drop();
  });

  test("refuses a change of every column but its status", async () => {
    const { rows } = await queryDatabase(
      database.url,
      "select attname from pg_attribute where attrelid = 'heddle.patterns'::regclass and attnum > 0",
    );
    const columns = rows.map(({ attname }) => String(attname));
    const changed: Record<string, string> = {
      tags: "'{b}'",
      definition: String.raw`'\x00'`,
      plan: String.raw`'\x00'`,
      created_at: "now()",
    };
    expect(columns).toContain("plan");

    for (const column of columns.filter((one) => one !== "status")) {
      const update = `update heddle.patterns set ${column} = ${changed[column] ?? "'changed'"}`;
      await expect(queryDatabase(database.url, update), column).rejects.toThrow(
        /pattern kept version 1\.0\.0 is immutable: only its status may change/,
      );
    }
    await expect(
      queryDatabase(database.url, "update heddle.patterns set status = 'archived', digest = 'x'"),
    ).rejects.toThrow(/immutable/);
  });

  test("lets its status change, to one that is known", async () => {
    await queryDatabase(database.url, "update heddle.patterns set status = 'deprecated'");

    expect(await registry.getPattern("kept", "1.0.0")).toMatchObject({ status: "deprecated" });
    await expect(
      queryDatabase(database.url, "update heddle.patterns set status = 'forgotten'"),
    ).rejects.toThrow(/patterns_status_known/);
  });

  test("is never deleted, one by one or all at once", async () => {
    for (const statement of ["delete from heddle.patterns", "truncate heddle.patterns"]) {
      await expect(queryDatabase(database.url, statement), statement).rejects.toThrow(
        /never deleted/,
      );
    }
    expect(await registry.listVersions("kept")).toHaveLength(1);
  });
});
