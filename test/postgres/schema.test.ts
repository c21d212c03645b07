/** A migration without its dump, or the reverse, is caught here. */
import { readFile } from "node:fs/promises";
import pg from "pg";
import { expect, test } from "vitest";
import { createHeddleDatabase } from "../support/migrated-database.ts";
import { describeSchema } from "../support/schema-text.ts";

test("the migrations make the schema that schema.sql shows (after a change: npm run db:dump)", async () => {
  const database = await createHeddleDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const shown = await readFile(new URL("schema.sql", import.meta.url), "utf8");

  const made = await describeSchema(client);

  await client.end();
  await database.drop();
  expect(made).toBe(shown);
});
