import pg from "pg";
import { HeddleError } from "../../core/index.ts";
import { placeOf, translateFailure, type Place } from "./failure.ts";

export interface DatabaseOptions {
  readonly databaseUrl: string;
  /** Most connections held at once. @default 10 */
  readonly maxConnections?: number;
  /** How long a new connection may take. @default 10_000 */
  readonly connectTimeoutMs?: number;
  /** How long one statement may take, on the server and, a little longer, on the wire. @default 30_000 */
  readonly statementTimeoutMs?: number;
  /** Told of idle connections that broke. They are replaced on the next use, so this is for the log only. */
  readonly onConnectionLost?: (error: Error) => void;
}

/** Runs statements. Text and values stay apart: whatever comes from outside is a parameter. */
export interface Queries {
  query<R extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<R[]>;
}

/** A pool that speaks the registry's errors. */
export interface Database extends Queries {
  /** Runs the statements of `work` as one, or none of them when it throws. */
  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Connects on first use. Survives restarts of the server: what breaks is the call under way, the next one connects anew. */
export function createDatabase(options: DatabaseOptions): Database {
  const place = placeOf(options.databaseUrl);
  const pool = createPool(options);
  let closing: Promise<void> | undefined;

  async function translating<T>(work: () => Promise<T>): Promise<T> {
    if (closing !== undefined) throw closedError(place);
    try {
      return await work();
    } catch (error) {
      throw translateFailure(error, place);
    }
  }

  return {
    query: (text, values) => translating(() => queriesOn(pool).query(text, values)),
    transaction: (work) => translating(() => runTransaction(pool, work)),
    close() {
      closing ??= pool.end();
      return closing;
    },
  };
}

function queriesOn(runner: pg.Pool | pg.PoolClient): Queries {
  return {
    async query<R extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) {
      return (await runner.query<R>(text, [...values])).rows;
    },
  };
}

async function runTransaction<T>(
  pool: pg.Pool,
  work: (queries: Queries) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  // The pool listens to idle clients only; what breaks here also fails the statement under way.
  const ignore = (): void => undefined;
  client.on("error", ignore);
  let broken: Error | undefined;
  try {
    await client.query("begin");
    const result = await work(queriesOn(client));
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch((cause: unknown) => {
      broken = new Error("The transaction could not be rolled back", { cause });
    });
    throw error;
  } finally {
    client.off("error", ignore);
    client.release(broken);
  }
}

function createPool(options: DatabaseOptions): pg.Pool {
  const { statementTimeoutMs = 30_000, connectTimeoutMs = 10_000, maxConnections = 10 } = options;
  const pool = new pg.Pool({
    connectionString: options.databaseUrl,
    max: maxConnections,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: 30_000,
    statement_timeout: statementTimeoutMs,
    // A server that went silent never sends the timeout error: give up on the wire as well.
    query_timeout: statementTimeoutMs + 5_000,
    keepAlive: true,
    application_name: "heddle",
  });
  // Without a listener an idle connection that breaks would end the process. The pool drops the client by itself.
  pool.on("error", (error) => options.onConnectionLost?.(error));
  return pool;
}

function closedError(place: Place): HeddleError {
  return new HeddleError(
    "REGISTRY_CLOSED",
    `The registry on ${place.address}, database "${place.database}", was closed`,
    { hint: "Open a new one: a closed registry cannot be used again." },
  );
}
