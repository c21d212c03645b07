/** The other tests of this project stand on these fixtures: they must not share anything. */
import pg from "pg";
import { expect, test } from "vitest";
import { createEmptyDatabase, createMigratedDatabase } from "../support/database.ts";

test("gives each test a database of its own, cloned from one that was migrated once", async () => {
  let migrations = 0;
  const migrate = async (url: string): Promise<void> => {
    migrations += 1;
    await query(url, "create table mark (id int)");
  };

  const [first, second] = await Promise.all([
    createMigratedDatabase(migrate, "fixture-test"),
    createMigratedDatabase(migrate, "fixture-test"),
  ]);
  await query(first.url, "insert into mark values (1)");

  expect(migrations).toBe(1);
  expect(await query(first.url, "select * from mark")).toEqual([{ id: 1 }]);
  expect(await query(second.url, "select * from mark")).toEqual([]);
  await Promise.all([first.drop(), second.drop()]);
});

test("drops a database even while somebody is connected", async () => {
  const database = await createEmptyDatabase();
  const client = new pg.Client({ connectionString: database.url });
  const wasCutOff = new Promise((resolve) => client.on("error", resolve));
  await client.connect();

  await database.drop();

  await expect(wasCutOff).resolves.toBeInstanceOf(Error);
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}
