import type { JsonObject } from "../core/index.ts";
import type { Database } from "../registry/index.ts";
import type { EventBus, Subscription } from "./bus.ts";
import { literalPrefix } from "./glob-sql.ts";
import { parseSubscription } from "./parse.ts";

type SubscriptionMethods = Pick<
  EventBus,
  "subscribe" | "unsubscribe" | "listSubscriptions" | "renew"
>;

export function createSubscriptionMethods(database: Database): SubscriptionMethods {
  return {
    async subscribe(given) {
      const settled = parseSubscription(given);
      const globs = [...new Set(settled.globs)];
      await database.query(FORGET_DEAD);
      const rows = await database.query<SubscriptionRow>(UPSERT, [
        settled.name,
        settled.kind,
        JSON.stringify(settled.target),
        globs,
        settled.capacity,
        settled.overflow,
        settled.maxAttempts,
        settled.retryDelayMs,
        settled.maxRetryDelayMs,
        settled.leaseMs,
        globs.map(literalPrefix),
      ]);
      const [row] = rows;
      if (row === undefined) throw new Error(`The subscription ${settled.name} was not returned`);
      return readSubscription(row);
    },

    async unsubscribe(name) {
      return (await database.query(DELETE, [name])).length > 0;
    },

    async listSubscriptions(kind) {
      return (await database.query<SubscriptionRow>(LIST, [kind])).map(readSubscription);
    },

    async renew(name) {
      return (await database.query(RENEW, [name])).length > 0;
    },
  };
}

interface SubscriptionRow {
  readonly name: string;
  readonly kind: string;
  readonly target: string;
  readonly globs: readonly string[];
  readonly capacity: number | null;
  readonly overflow: Subscription["overflow"];
  readonly max_attempts: number;
  readonly retry_delay_ms: number;
  readonly max_retry_delay_ms: number;
  readonly lease_ms: number | null;
  readonly created_at: Date;
}

function readSubscription(row: SubscriptionRow): Subscription {
  return {
    name: row.name,
    globs: row.globs,
    kind: row.kind,
    target: JSON.parse(row.target) as JsonObject, // as: only subscribe writes this column, from an object
    ...(row.capacity === null ? {} : { capacity: row.capacity }),
    overflow: row.overflow,
    maxAttempts: row.max_attempts,
    retryDelayMs: row.retry_delay_ms,
    maxRetryDelayMs: row.max_retry_delay_ms,
    ...(row.lease_ms === null ? {} : { leaseMs: row.lease_ms }),
    createdAt: row.created_at,
  };
}

const COLUMNS = `name, kind, target, globs, capacity, overflow, max_attempts, retry_delay_ms, max_retry_delay_ms,
  lease_ms, created_at`;

const IS_ALIVE = `(alive_until is null or alive_until > clock_timestamp())`;

const ALIVE_UNTIL = `clock_timestamp() + lease_ms * interval '1 millisecond'`;

const FORGET_DEAD = `
  delete from heddle.event_subscriptions where alive_until <= clock_timestamp()`;

const UPSERT = `
  with upserted as (
    insert into heddle.event_subscriptions (
      name, kind, target, globs, capacity, overflow, max_attempts, retry_delay_ms, max_retry_delay_ms, lease_ms, alive_until
    ) values (
      $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, clock_timestamp() + $10::double precision * interval '1 millisecond'
    )
    on conflict (name) do update set kind = excluded.kind, target = excluded.target, globs = excluded.globs,
      capacity = excluded.capacity, overflow = excluded.overflow, max_attempts = excluded.max_attempts,
      retry_delay_ms = excluded.retry_delay_ms, max_retry_delay_ms = excluded.max_retry_delay_ms,
      lease_ms = excluded.lease_ms, alive_until = excluded.alive_until
    returning ${COLUMNS}
  ), former_globs as (
    delete from heddle.event_globs where subscription = $1 and glob <> all ($4)
  ), current_globs as (
    insert into heddle.event_globs (subscription, glob, prefix)
    select $1, glob, prefix from unnest($4::text[], $11::text[]) as given (glob, prefix)
    on conflict (subscription, glob) do nothing
  ), queued as (
    update heddle.event_deliveries set kind = $2 where subscription = $1 and kind <> $2
  )
  select ${COLUMNS} from upserted`;

const DELETE = `
  delete from heddle.event_subscriptions where name = $1 and ${IS_ALIVE} returning name`;

const LIST = `
  select ${COLUMNS} from heddle.event_subscriptions
  where ($1::text is null or kind = $1) and ${IS_ALIVE}
  order by created_at, name`;

const RENEW = `
  update heddle.event_subscriptions set alive_until = ${ALIVE_UNTIL}
  where name = $1 and ${IS_ALIVE}
  returning name`;
