import type { JsonValue } from "../../core/index.ts";
import type { HookStore } from "../../hooks/index.ts";
import type { Database, Queries } from "./database.ts";
import { toColumn, toJsonColumn } from "./document.ts";

/**
 * Hook state in PostgreSQL: racing changes of one key wait for each other, those of different keys do not. A tenant's keys
 * begin with its name, which as a Temporal namespace has no colon.
 */
export function createHookStore(database: Database, tenant: string): HookStore {
  const columnOf = (key: string): string => toColumn(`${tenant}:${key}`);
  return {
    read: (key) => read(database, columnOf(key)),
    change: (key, change) =>
      database.transaction(async (queries) => {
        const column = columnOf(key);
        await queries.query(LOCK, [column]);
        const { next, result, expiresInMs } = change(await read(queries, column));
        if (next === undefined) await queries.query(FORGET, [column]);
        else await queries.query(UPSERT, [column, toJsonColumn(next), expiresInMs ?? null]);
        await queries.query(FORGET_EXPIRED, [column]);
        return result;
      }),
  };
}

async function read(queries: Queries, column: string): Promise<JsonValue | undefined> {
  const [row] = await queries.query<{ readonly value: string }>(SELECT, [column]);
  // as: only `change` writes this column, from JSON
  return row === undefined ? undefined : (JSON.parse(row.value) as JsonValue);
}

/** A row that is not there yet cannot be locked, its name can. */
const LOCK = `
  select pg_advisory_xact_lock(hashtextextended('heddle.hook_state:' || $1, 0))`;

const SELECT = `
  select value from heddle.hook_state
  where key = $1 and (expires_at is null or expires_at > clock_timestamp())`;

const UPSERT = `
  insert into heddle.hook_state (key, value, expires_at)
  values ($1, $2, clock_timestamp() + $3::float8 * interval '1 millisecond')
  on conflict (key) do update set value = excluded.value, expires_at = excluded.expires_at`;

const FORGET = `
  delete from heddle.hook_state where key = $1`;

/** A little at a time, by whoever writes: no job of its own, and no write that takes long. */
const FORGET_EXPIRED = `
  delete from heddle.hook_state where key in (
    select key from heddle.hook_state where expires_at <= clock_timestamp() and key <> $1 limit 20
    for update skip locked)`;
