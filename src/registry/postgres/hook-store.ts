import type { JsonValue } from "../../core/index.ts";
import type { HookStore } from "../../hooks/index.ts";
import type { Database, Queries } from "./database.ts";
import { toColumn, toJsonColumn } from "./document.ts";

/** Hook state in PostgreSQL: racing changes of one key wait for each other, those of different keys do not. */
export function createHookStore(database: Database): HookStore {
  return {
    read: (key) => read(database, key),
    change: (key, change) =>
      database.transaction(async (queries) => {
        await queries.query(LOCK, [toColumn(key)]);
        const { next, result, expiresInMs } = change(await read(queries, key));
        if (next === undefined) await queries.query(FORGET, [toColumn(key)]);
        else await queries.query(UPSERT, [toColumn(key), toJsonColumn(next), expiresInMs ?? null]);
        await queries.query(FORGET_EXPIRED, [toColumn(key)]);
        return result;
      }),
  };
}

async function read(queries: Queries, key: string): Promise<JsonValue | undefined> {
  const [row] = await queries.query<{ readonly value: string }>(SELECT, [toColumn(key)]);
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
