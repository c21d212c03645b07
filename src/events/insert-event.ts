import { matchesEventGlob } from "../core/index.ts";
import type { Queries } from "../registry/index.ts";
import type { BusEvent, NewEvent } from "./bus.ts";
import type { Routing } from "./overflow.ts";
import { EVENT_COLUMNS, readEvent, type EventRow } from "./rows.ts";

export interface Inserted {
  readonly event: BusEvent;
  /** The subscriptions that have it now, and how full they are with it. */
  readonly backlogs: readonly {
    readonly name: string;
    readonly undelivered: number;
    readonly capacity: number | null;
  }[];
  /** How many older events made room. */
  readonly droppedOldest: number;
  readonly isDeadLetter: boolean;
}

export type IdentifiedEvent = NewEvent & { readonly id: string };

/** Stores an event and queues it as routed. Undefined when an event of this id is there already. */
export async function insertEvent(
  queries: Queries,
  event: IdentifiedEvent,
  routing: Routing,
  persist: readonly string[],
): Promise<Inserted | undefined> {
  const [row] = await queries.query<InsertedRow>(INSERT, [
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
    routing.dropOldestFor.map(({ count }) => count),
    routing.dropNewestFor.length > 0,
  ]);
  if (row === undefined) return undefined;
  return {
    event: readEvent(row),
    backlogs: row.backlogs,
    droppedOldest: row.dropped,
    isDeadLetter: row.is_dead_letter,
  };
}

/** Whatever the history keeps: also an event that is only on its way. */
export async function findPublished(queries: Queries, id: string): Promise<BusEvent | undefined> {
  const [row] = await queries.query<EventRow>(SELECT_BY_ID, [id]);
  return row === undefined ? undefined : readEvent(row);
}

interface InsertedRow extends EventRow {
  readonly dropped: number;
  readonly is_dead_letter: boolean;
  readonly backlogs: Inserted["backlogs"];
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
  ), victims as materialized (
    select oldest.subscription, oldest.sequence
    from e, unnest($10::text[], $11::integer[]) as surplus (name, count)
    cross join lateral (
      select d.subscription, d.sequence from heddle.event_deliveries d
      where d.subscription = surplus.name and (d.claim is null or d.available_at <= clock_timestamp())
      order by d.sequence
      limit surplus.count
      for update skip locked
    ) oldest
  ), dropped as (
    delete from heddle.event_deliveries d using victims
    where d.subscription = victims.subscription and d.sequence = victims.sequence
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
