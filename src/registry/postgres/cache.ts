import type { JsonValue } from "../../core/index.ts";
import type { Registry } from "../registry.ts";
import type { Database } from "./database.ts";
import { toColumn, toJsonColumn } from "./document.ts";

type CacheMethods = Pick<Registry, "getCached" | "putCached">;

export function createCacheMethods(database: Database): CacheMethods {
  return {
    async getCached(key) {
      const [row] = await database.query<{ readonly output: string }>(SELECT, [toColumn(key)]);
      // as: only putCached writes this column, from JSON
      return row === undefined ? undefined : { output: JSON.parse(row.output) as JsonValue };
    },
    async putCached(key, output, ttlMs) {
      await database.query(FORGET_EXPIRED);
      await database.query(UPSERT, [toColumn(key), toJsonColumn(output), ttlMs]);
    },
  };
}

const SELECT = `
  select output from heddle.cached_results where key = $1 and expires_at > clock_timestamp()`;

/** A little at a time, by whoever writes: no job of its own, and no write that takes long. */
const FORGET_EXPIRED = `
  delete from heddle.cached_results where key in (
    select key from heddle.cached_results where expires_at <= clock_timestamp() limit 100
    for update skip locked)`;

const UPSERT = `
  insert into heddle.cached_results (key, output, expires_at)
  values ($1, $2, clock_timestamp() + $3 * interval '1 millisecond')
  on conflict (key) do update set output = excluded.output, expires_at = excluded.expires_at`;
