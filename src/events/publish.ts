import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Database, Queries } from "../registry/index.ts";
import type { BusCounters, BusEvent, NewEvent, Published } from "./bus.ts";
import { findPublished, insertEvent, type IdentifiedEvent, type Inserted } from "./insert-event.ts";
import { routeEvent, type Routing, type Taker } from "./overflow.ts";
import { parseEvent } from "./parse.ts";
import type { Notice, PressureGauge } from "./pressure.ts";
import type { RateLimit, TokenBucket } from "./rate-limit.ts";
import { overflowBlocked, overflowRejected, rateLimited } from "./refusals.ts";
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
  const event = { ...parseEvent(given), id: given.id ?? randomUUID() };
  takeToken(parts, event.type);
  const startedAt = parts.now();
  for (let isFirst = true; ; isFirst = false) {
    const placed = await placeEvent(parts, event);
    if ("inserted" in placed) return publishedOf(parts, placed.inserted, placed.routing);
    // A publisher that repeats itself must hear that it had succeeded, not that there is no room now.
    const earlier = await findPublished(parts.database, event.id);
    if (earlier !== undefined) return duplicateOf(parts, earlier);
    // An earlier one that stood in the way was pruned since: then this one is new.
    if ("duplicate" in placed) continue;
    refuseIfFull(parts, event, placed.full, parts.now() - startedAt);
    if (isFirst) parts.count("blocked");
    await delay(ROOM_POLL_MS);
  }
}

function takeToken({ rate, notify, count }: PublishParts, type: string): void {
  const retryAfterMs = rate?.bucket.take() ?? 0;
  if (rate === undefined || retryAfterMs === 0) return;
  count("rateLimited");
  notify({ kind: "rateExceeded", type, retryAfterMs });
  throw rateLimited(type, rate.limit.ratePerSecond, retryAfterMs);
}

type Placed =
  | { readonly inserted: Inserted; readonly routing: Routing }
  | { readonly duplicate: true }
  | { readonly full: Routing };

/** Publishes the event if no subscription that it fits is in the way. */
async function placeEvent(parts: PublishParts, event: IdentifiedEvent): Promise<Placed> {
  const { database } = parts;
  const takers = await findTakers(database, event.type);
  const limited = takers.filter(({ capacity }) => capacity !== null).map(({ name }) => name);
  if (limited.length === 0) return insertFor(parts, database, event, takers);
  return database.transaction(async (queries) => {
    // One publisher after the other, and each counts what is there when its turn comes: so capacities are exact.
    await queries.query(LOCK, [limited]);
    return insertFor(parts, queries, event, await findTakers(queries, event.type));
  });
}

async function insertFor(
  { gauge, persist }: PublishParts,
  queries: Queries,
  event: IdentifiedEvent,
  takers: readonly Taker[],
): Promise<Placed> {
  const routing = routeEvent(takers);
  for (const { name, undelivered, capacity } of takers) gauge.look(name, undelivered, capacity);
  if (routing.rejectedBy.length + routing.blockedBy.length > 0) return { full: routing };
  const inserted = await insertEvent(queries, event, routing, persist);
  return inserted === undefined ? { duplicate: true } : { inserted, routing };
}

function publishedOf(
  { gauge, count }: PublishParts,
  { event, backlogs, droppedOldest, isDeadLetter }: Inserted,
  { dropNewestFor }: Routing,
): Published {
  count("published");
  count("droppedNewest", dropNewestFor.length);
  count("droppedOldest", droppedOldest);
  if (isDeadLetter) count("noSubscriber");
  for (const { name, undelivered, capacity } of backlogs) gauge.look(name, undelivered, capacity);
  return {
    event,
    created: true,
    queuedFor: backlogs.map(({ name }) => name),
    droppedFor: dropNewestFor,
    isDeadLetter,
  };
}

function refuseIfFull(
  { count, blockTimeoutMs }: PublishParts,
  { type }: NewEvent,
  { rejectedBy, blockedBy }: Routing,
  waitedMs: number,
): void {
  if (rejectedBy.length > 0) {
    count("rejected");
    throw overflowRejected(type, rejectedBy);
  }
  if (waitedMs >= blockTimeoutMs) throw overflowBlocked(type, blockedBy, blockTimeoutMs);
}

function duplicateOf({ count }: PublishParts, event: BusEvent): Published {
  count("duplicates");
  return { event, created: false, queuedFor: [], droppedFor: [], isDeadLetter: false };
}

// In one order, so that no two publishers wait for each other. Foreign keys may still refer to the rows meanwhile.
const LOCK = `
  select from heddle.event_subscriptions where name = any ($1) order by name for no key update`;
