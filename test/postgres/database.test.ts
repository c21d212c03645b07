/** Transactions on the pool: all or nothing, and no connection lost or left unusable by what fails. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createDatabase, type Database } from "../../src/registry/index.ts";
import { createEmptyDatabase, type TestDatabase } from "../support/database.ts";

describe("a transaction", () => {
  let testDatabase: TestDatabase;
  let database: Database;
  beforeEach(async () => {
    testDatabase = await createEmptyDatabase();
    database = createDatabase({ databaseUrl: testDatabase.url, maxConnections: 1 });
    await database.query("create table note (text text primary key)");
  });
  afterEach(async () => {
    await database.close();
    await testDatabase.drop();
  });
  const notes = (): Promise<unknown[]> => database.query("select text from note order by 1");

  test("keeps all of its statements and gives back the result", async () => {
    const result = await database.transaction(async (queries) => {
      await queries.query("insert into note values ($1)", ["a"]);
      await queries.query("insert into note values ($1)", ["b"]);
      return queries.query("select count(*)::integer as n from note");
    });

    expect(result).toEqual([{ n: 2 }]);
    expect(await notes()).toEqual([{ text: "a" }, { text: "b" }]);
  });

  test("keeps none of them when the work throws, and throws the same", async () => {
    const failure = new Error("no");

    const thrown = await database
      .transaction(async (queries) => {
        await queries.query("insert into note values ('a')");
        throw failure;
      })
      .catch((error: unknown) => error);

    expect(thrown).toBe(failure);
    expect(await notes()).toEqual([]);
  });

  test("gives its only connection back usable after a statement that failed", async () => {
    await expect(
      database.transaction((queries) => queries.query("insert into note values (null)")),
    ).rejects.toThrow(/null value/);

    await database.transaction((queries) => queries.query("insert into note values ('a')"));
    expect(await notes()).toEqual([{ text: "a" }]);
  });

  test("whose connection is terminated under it fails as unavailable, and the next one connects anew", async () => {
    const killer = createDatabase({ databaseUrl: testDatabase.url });

    await expect(
      database.transaction(async (queries) => {
        const rows = await queries.query("select pg_backend_pid() as pid");
        await killer.query("select pg_terminate_backend($1)", [rows[0]?.["pid"]]);
        await queries.query("insert into note values ('a')");
      }),
    ).rejects.toMatchObject({ code: "REGISTRY_UNAVAILABLE" });

    await killer.close();
    expect(await notes()).toEqual([]);
  });
});
