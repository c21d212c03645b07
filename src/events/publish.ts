import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { matchesEventGlob } from "../core/index.ts";
import type { Database } from "../registry/index.ts";
import type { BusCounters, NewEvent, Published } from "./bus.ts";
import { routeEvent, type Routing } from "./overflow.ts";
import { parseEvent } from "./parse.ts";
import type { Notice, PressureGauge } from "./pressure.ts";
import { overflowBlocked, overflowRejected, rateLimited } from "./refusals.ts";
import type { RateLimit, TokenBucket } from "./rate-limit.ts";
import { EVENT_COLUMNS, readEvent, type EventRow } from "./rows.ts";
import { findTakers } from "./takers.ts";

export interface PublishParts {
  readonly database: Database;
  readonly gauge: PressureGauge;
  readonly notify: (notice: Notice) => void;
  readonly rate?: { readonly limit: RateLimit; readonly bucket: TokenBucket };
  /** Event globs of what the history keeps. */
  readonly persist: readonly string[];
  readonly blockTimeoutMs: number;
  readonly count: (what: keyof BusCounters, by?: number) => void;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** How often a blocked publisher looks whether there is room. */
const ROOM_POLL_MS = 50;

export async function publishEvent(parts: PublishParts, given: NewEvent): Promise<Published> {
  const { count } = parts;
  const event = { ...parseEvent(given), id: given.id ?? randomUUID() };
  takeToken(parts, event.type);
  const routing = await waitForRoom(parts, event);
  const published = routing === undefined ? undefined : await insertEvent(parts, event, routing);
  if (published !== undefined) return published;
  count("duplicates");
  const [row] = await parts.database.query<EventRow>(SELECT_BY_ID, [event.id]);
  if (row !== undefined) {
    return {
      event: readEvent(row),
      created: false,
      queuedFor: [],
      droppedFor: [],
      isDeadLetter: false,
    };
  }
  // The earlier one was pruned since it stood in the way: then this one is new.
  return publishEvent(parts, event);
}

function takeToken({ rate, notify, count }: PublishParts, type: string): void {
  const retryAfterMs = rate?.bucket.take() ?? 0;
  if (rate === undefined || retryAfterMs === 0) return;
  count("rateLimited");
  notify({ kind: "rateExceeded", type, retryAfterMs });
  throw rateLimited(type, rate.limit.ratePerSecond, retryAfterMs);
}

/** The routing once no subscription rejects or blocks; undefined when the event was published before. */
async function waitForRoom(
  parts: PublishParts,
  event: NewEvent & { readonly id: string },
): Promise<Routing | undefined> {
  const { database, gauge, blockTimeoutMs, count, now } = parts;
  const startedAt = now();
  for (let isFirst = true; ; isFirst = false) {
    const takers = await findTakers(database, event.type);
    const routing = routeEvent(takers);
    for (const taker of takers) gauge.look(taker.name, taker.undelivered, taker.capacity);
    const { rejectedBy, blockedBy } = routing;
    if (rejectedBy.length === 0 && blockedBy.length === 0) return routing;
    // A publisher that repeats itself must hear that it had succeeded, not that there is no room now.
    if ((await database.query(SELECT_BY_ID, [event.id])).length > 0) return undefined;
    if (rejectedBy.length > 0) {
      count("rejected");
      throw overflowRejected(event.type, rejectedBy);
    }
    if (isFirst) count("blocked");
    if (now() - startedAt >= blockTimeoutMs) {
      throw overflowBlocked(event.type, blockedBy, blockTimeoutMs);
    }
    await delay(ROOM_POLL_MS);
  }
}

/** Undefined when an event of this id is there already. */
async function insertEvent(
  parts: PublishParts,
  event: NewEvent & { readonly id: string },
  routing: Routing,
): Promise<Published | undefined> {
  const { database, gauge, persist, count } = parts;
  const [row] = await database.query<InsertedRow>(INSERT, [
    event.id,
    event.type,
    JSON.stringify(event.data ?? null),
    event.source,
    event.correlation,
    event.causation,
    event.ttlMs,
    persist.some((glob) => matchesEventGlob(glob, event.type)),
    routing.queueFor,
    routing.dropOldestFor.map(({ name }) => name),
    routing.dropOldestFor.map((surplus) => surplus.count),
    routing.dropNewestFor.length > 0,
  ]);
  if (row === undefined) return undefined;
  count("published");
  count("droppedNewest", routing.dropNewestFor.length);
  count("droppedOldest", row.dropped);
  if (row.is_dead_letter) count("noSubscriber");
  for (const { name, undelivered, capacity } of row.backlogs) {
    gauge.look(name, undelivered, capacity);
  }
  return {
    event: readEvent(row),
    created: true,
    queuedFor: row.backlogs.map(({ name }) => name),
    droppedFor: routing.dropNewestFor,
    isDeadLetter: row.is_dead_letter,
  };
}

interface InsertedRow extends EventRow {
  readonly dropped: number;
  readonly is_dead_letter: boolean;
  readonly backlogs: readonly {
    readonly name: string;
    readonly undelivered: number;
    readonly capacity: number | null;
  }[];
}

const SELECT_BY_ID = `
  select ${EVENT_COLUMNS} from heddle.events e where e.id = $1`;

// One statement: an event is never there without what is queued of it. Subscriptions that vanished since they were
// looked up take nothing; if that leaves no taker, the event is a dead letter. A subscription that was full and drops
// the newest was a taker. What is claimed is not dropped: somebody is working on it.
const INSERT = `
  with e as (
    insert into heddle.events (id, type, data, source, correlation, causation, published_at, expires_at, is_stored)
    values ($1, $2, $3, $4, $5, $6, now(), now() + $7::double precision * interval '1 millisecond', $8)
    on conflict (id) do nothing
    returning *
  ), takers as (
    select s.name, s.kind, s.capacity,
      (select count(*)::integer from heddle.event_deliveries d where d.subscription = s.name and s.capacity is not null)
        as undelivered
    from heddle.event_subscriptions s, e
    where s.name = any ($9)
    for key share of s
  ), queued as (
    insert into heddle.event_deliveries (subscription, sequence, kind)
    select takers.name, e.sequence, takers.kind from takers, e
  ), dropped as (
    delete from heddle.event_deliveries d
    using e, unnest($10::text[], $11::integer[]) as surplus (name, count)
    where d.subscription = surplus.name and d.sequence in (
      select oldest.sequence from heddle.event_deliveries oldest
      where oldest.subscription = surplus.name
        and (oldest.claim is null or oldest.available_at <= clock_timestamp())
      order by oldest.sequence
      limit surplus.count
    )
    returning 1
  ), dead as (
    insert into heddle.dead_letters (sequence, reason, attempts, redeliveries)
    select e.sequence, 'noSubscriber', 0, 0 from e
    where not $12 and not exists (select from takers)
    returning 1
  )
  select ${EVENT_COLUMNS},
    (select count(*)::integer from dropped) as dropped,
    exists (select from dead) as is_dead_letter,
    coalesce(
      (select json_agg(json_build_object('name', name, 'undelivered', undelivered + 1, 'capacity', capacity) order by name)
       from takers),
      '[]'
    ) as backlogs
  from e`;
