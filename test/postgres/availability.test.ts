/** What callers see when the database is away, slow or elsewhere: one code, the place without the password, a way out. */
import net from "node:net";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { migrate, createPostgresRegistry, type Registry } from "../../src/registry/index.ts";
import { createBreakableProxy } from "../support/breakable-proxy.ts";
import type { TestDatabase } from "../support/database.ts";
import { anyOf, containing } from "../support/matchers.ts";
import { createHeddleDatabase } from "../support/migrated-database.ts";
import { queryDatabase } from "../support/query-database.ts";
import { samplePattern, sampleHook } from "../support/registry-samples.ts";

const PASSWORD = "s3cret-pass-word";

describe("a database that cannot be reached", () => {
  test("is named by address and database, never by password, with what to do", async () => {
    const port = await freePort();
    const registry = createPostgresRegistry({
      databaseUrl: `postgres://ada:${PASSWORD}@127.0.0.1:${port}/shop`,
    });

    const error = await caught(registry.listPatterns());

    expect(error).toMatchObject({
      code: "REGISTRY_UNAVAILABLE",
      message: `PostgreSQL at 127.0.0.1:${port}, database "shop", cannot be reached (connect ECONNREFUSED 127.0.0.1:${port})`,
      hint: containing("heddle doctor"),
      details: { address: `127.0.0.1:${port}`, database: "shop" },
    });
    expect(allTextOf(error)).not.toContain(PASSWORD);
    await registry.close();
  });

  test.for([
    ["ping", (registry: Registry) => registry.ping()],
    ["registerPattern", (registry: Registry) => registry.registerPattern(samplePattern())],
    ["findPattern", (registry: Registry) => registry.findPattern("sample")],
    ["putValue", (registry: Registry) => registry.putValue("x")],
    ["addHook", (registry: Registry) => registry.addHook(sampleHook({ name: "h" }))],
    ["pruneRecords", (registry: Registry) => registry.pruneRecords(new Date(0))],
  ] as const)("is REGISTRY_UNAVAILABLE to %s", async ([, call]) => {
    const registry = createPostgresRegistry({
      databaseUrl: `postgres://ada@127.0.0.1:${await freePort()}/shop`,
    });

    await expect(call(registry)).rejects.toMatchObject({ code: "REGISTRY_UNAVAILABLE" });
    await registry.close();
  });

  test("is REGISTRY_UNAVAILABLE to migrate, too", async () => {
    const url = `postgres://ada:${PASSWORD}@127.0.0.1:${await freePort()}/shop`;

    const error = await caught(migrate(url));

    expect(error).toMatchObject({ code: "REGISTRY_UNAVAILABLE" });
    expect(allTextOf(error)).not.toContain(PASSWORD);
  });

  test("is given up on when it takes the connection but never answers", async () => {
    const silent = net.createServer();
    const port = await listen(silent);
    const registry = createPostgresRegistry({
      databaseUrl: `postgres://ada@127.0.0.1:${port}/shop`,
      connectTimeoutMs: 50,
    });

    await expect(registry.ping()).rejects.toMatchObject({ code: "REGISTRY_UNAVAILABLE" });

    await registry.close();
    silent.close();
  });

  test("is told apart from one that has no such database", async () => {
    const url = new URL(inject("databaseUrl"));
    url.pathname = "/no_such_database";
    const registry = createPostgresRegistry({ databaseUrl: url.href });

    await expect(registry.ping()).rejects.toMatchObject({
      code: "REGISTRY_UNAVAILABLE",
      message: containing('database "no_such_database", has no such database'),
      hint: containing("createdb no_such_database"),
    });
    await registry.close();
  });

  test("is refused with the password left out when its URL cannot be read", async () => {
    const open = (): Registry =>
      createPostgresRegistry({ databaseUrl: `postgres://ada:${PASSWORD}@localhost:port/x` });

    const error = await caught(Promise.resolve().then(open));

    expect(error).toMatchObject({ code: "DATABASE_URL_INVALID" });
    expect(allTextOf(error)).not.toContain(PASSWORD);
  });
});

describe("a registry whose database comes and goes", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createHeddleDatabase();
  });
  afterAll(() => database.drop());

  test("works again by itself when the server is back after a restart", async () => {
    const { hostname, port } = new URL(database.url);
    const proxy = await createBreakableProxy({ host: hostname, port: Number(port) });
    const throughProxy = new URL(database.url);
    throughProxy.hostname = "127.0.0.1";
    throughProxy.port = String(proxy.port);
    const onConnectionLost = vi.fn();
    const registry = createPostgresRegistry({ databaseUrl: throughProxy.href, onConnectionLost });
    await Promise.all([registry.ping(), registry.ping(), registry.ping()]);

    await proxy.shut();
    await vi.waitFor(
      () => {
        expect(onConnectionLost).toHaveBeenCalledTimes(3);
      },
      { timeout: 60_000 },
    );
    await expect(registry.ping()).rejects.toMatchObject({ code: "REGISTRY_UNAVAILABLE" });
    await proxy.open();

    const { created } = await registry.registerPattern(samplePattern({ name: "after-restart" }));
    expect(created).toBe(true);
    await registry.close();
    await proxy.shut();
  });

  test("reports the call that was under way when its connection was terminated, and goes on", async () => {
    const registry = createPostgresRegistry({ databaseUrl: database.url, maxConnections: 1 });
    const holder = await lockPatterns(database.url);
    const underWay = caught(registry.listPatterns());
    await vi.waitFor(
      async () => {
        expect((await terminateBlocked(database.url)).rowCount).toBe(1);
      },
      { timeout: 60_000 },
    );

    expect(await underWay).toMatchObject({ code: "REGISTRY_UNAVAILABLE" });

    await holder.end();
    expect(await registry.listPatterns()).toEqual(anyOf(Array));
    await registry.close();
  });

  test("gives up on a statement that takes too long", async () => {
    const registry = createPostgresRegistry({
      databaseUrl: database.url,
      statementTimeoutMs: 1000,
    });
    const holder = await lockPatterns(database.url);

    const error = await caught(registry.listPatterns());

    await holder.end();
    expect(error).toMatchObject({
      code: "REGISTRY_UNAVAILABLE",
      message: containing("did not answer in time"),
      hint: containing("statement timeout"),
    });
    expect(await registry.listPatterns()).toEqual(anyOf(Array));
    await registry.close();
  });

  test("holds no more connections than it may", async () => {
    const registry = createPostgresRegistry({ databaseUrl: database.url, maxConnections: 2 });

    await Promise.all(Array.from({ length: 20 }, () => registry.ping()));

    const { rows } = await queryDatabase(
      database.url,
      "select count(*)::integer as n from pg_stat_activity where datname = current_database() and application_name = 'heddle'",
    );
    expect(rows).toEqual([{ n: 2 }]);
    await registry.close();
  });

  test("says that it was closed when it is used afterwards, and may be closed twice", async () => {
    const registry = createPostgresRegistry({ databaseUrl: database.url });
    await registry.close();
    await registry.close();

    await expect(registry.ping()).rejects.toMatchObject({ code: "REGISTRY_CLOSED" });
  });
});

async function lockPatterns(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("begin; lock table heddle.patterns");
  return client;
}

function terminateBlocked(url: string): Promise<pg.QueryResult> {
  return queryDatabase(
    url,
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name = 'heddle' and wait_event_type = 'Lock'`,
  );
}

async function caught(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error("Expected a refusal");
    },
    (error: unknown) => error,
  );
}

/** Everything that a logger could print of an error, its causes included. */
function allTextOf(error: unknown): string {
  const seen: string[] = [];
  for (let next = error; next instanceof Error; next = next.cause) {
    seen.push(String(next), next.stack ?? "", JSON.stringify(Object.entries(next)));
  }
  return seen.join("\n");
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listen(server: net.Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("Expected a TCP address");
  return address.port;
}
