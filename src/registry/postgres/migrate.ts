import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { runner } from "node-pg-migrate";
import pg from "pg";
import { HeddleError } from "../../core/index.ts";
import { placeOf, translateFailure } from "./failure.ts";

// Beside the compiled code as beside the source: the build copies the SQL files.
const FOLDER = fileURLToPath(new URL("../migrations/", import.meta.url));
const SCHEMA = "heddle";
const TABLE = "migrations";
/** Any number, the same in every process: 'heddle' read as an integer. */
const LOCK_ID = 114_784_820_031_589;

export interface MigrationStatus {
  readonly applied: readonly string[];
  readonly pending: readonly string[];
  /** Applied by a newer Heddle than this one. */
  readonly unknown: readonly string[];
}

/**
 * Brings the schema `heddle` up to date and returns the migrations that this call applied. Any number of processes may
 * call it at once: one works, the others wait and find nothing left to do.
 * @throws HeddleError `SCHEMA_TOO_NEW` when the database was migrated by a newer Heddle, `REGISTRY_UNAVAILABLE`,
 *   `DATABASE_ENCODING` when the database is not in UTF-8
 */
export async function migrate(databaseUrl: string): Promise<readonly string[]> {
  const known = await listMigrations();
  return connected(databaseUrl, async (client) => {
    await checkEncoding(client);
    // A session lock: it is gone with the connection, whatever happens to this process.
    await client.query("select pg_advisory_lock($1)", [LOCK_ID]);
    const { unknown, pending } = await readStatus(client, known);
    if (unknown.length > 0) throw schemaTooNew(unknown);
    if (pending.length === 0) return [];
    const applied = await runner({
      dbClient: client,
      dir: FOLDER,
      ignorePattern: String.raw`(?!.*\.sql$).*`,
      direction: "up",
      schema: SCHEMA,
      createSchema: true,
      migrationsTable: TABLE,
      singleTransaction: true,
      noLock: true, // held above, around the check for a newer schema as well
      logger: SILENT,
    });
    return applied.map(({ name }) => name);
  });
}

/** Which migrations the database has, lacks, or has beyond this version of Heddle. Changes nothing. */
export async function readMigrationStatus(databaseUrl: string): Promise<MigrationStatus> {
  const known = await listMigrations();
  return connected(databaseUrl, (client) => readStatus(client, known));
}

const SILENT = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined, // what it would print is in the error that it throws
};

async function connected<T>(
  databaseUrl: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const place = placeOf(databaseUrl);
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: 10_000,
    application_name: "heddle migrate",
  });
  // A connection that breaks also fails the query under way, which is where it is reported.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    throw translateFailure(error, place);
  } finally {
    await client.end().catch(() => undefined); // it may never have been connected
  }
}

async function listMigrations(): Promise<readonly string[]> {
  const files = await readdir(FOLDER);
  return files
    .filter((file) => file.endsWith(".sql"))
    .map((file) => file.slice(0, -".sql".length))
    .sort();
}

async function readStatus(client: pg.Client, known: readonly string[]): Promise<MigrationStatus> {
  const table = await client.query<{ readonly is_there: boolean }>(
    "select to_regclass($1) is not null as is_there",
    [`${SCHEMA}.${TABLE}`],
  );
  if (table.rows[0]?.is_there !== true) return { applied: [], pending: known, unknown: [] };
  const { rows } = await client.query<{ readonly name: string }>(
    `select name from ${SCHEMA}.${TABLE} order by id`,
  );
  const applied = rows.map(({ name }) => name);
  return {
    applied,
    pending: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
}

/** Other encodings lack characters that patterns and outputs may hold. */
async function checkEncoding(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ readonly encoding: string }>(
    "select current_setting('server_encoding') as encoding",
  );
  const encoding = rows[0]?.encoding;
  if (encoding === "UTF8") return;
  throw new HeddleError(
    "DATABASE_ENCODING",
    `Expected a database in UTF8, got ${JSON.stringify(encoding)}`,
    { hint: "Create one with: create database heddle encoding 'UTF8' template template0" },
  );
}

function schemaTooNew(unknown: readonly string[]): HeddleError {
  return new HeddleError(
    "SCHEMA_TOO_NEW",
    `The database was migrated by a newer Heddle: this one does not know ${unknown.map((name) => JSON.stringify(name)).join(", ")}`,
    {
      hint: "Update this Heddle to the version that the other processes run; migrations do not go backwards.",
      details: { unknown },
    },
  );
}
