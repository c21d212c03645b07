import { performance } from "node:perf_hooks";
import { checkEventGlob } from "../core/index.ts";
import type { Database } from "../registry/index.ts";
import type { Backlog, BusCounters, EventBus } from "./bus.ts";
import { createDeadLetterMethods } from "./dead-letters.ts";
import { createDeliveryMethods } from "./deliveries.ts";
import { createHistoryMethods } from "./history.ts";
import { createPressureGauge, type Notice } from "./pressure.ts";
import { publishEvent, type PublishParts } from "./publish.ts";
import { createTokenBucket, type RateLimit } from "./rate-limit.ts";
import { filterInvalid } from "./refusals.ts";
import { createSubscriptionMethods } from "./subscriptions.ts";

export interface EventBusOptions {
  /** The registry's database, migrated. The caller closes it. */
  readonly database: Database;
  /** For what is published through this bus: each process has its own. Default: none. */
  readonly rateLimit?: RateLimit;
  /** Globs of the events that the history keeps; others are delivered and forgotten. @default ["**"] */
  readonly persist?: readonly string[];
  /** How long a publisher waits for room in a subscription that blocks. @default 30_000 */
  readonly blockTimeoutMs?: number;
  /** Told of backlogs that cross their marks (80 % and 20 % of the capacity), and of a rate exceeded. */
  readonly onNotice?: (notice: Notice) => void;
  /** Monotonic milliseconds. @default performance.now */
  readonly now?: () => number;
}

/** The event bus on PostgreSQL. @throws HeddleError `EVENT_FILTER_INVALID` when a glob of `persist` can never match */
export function createEventBus(options: EventBusOptions): EventBus {
  const { database, onNotice = ignore, now = () => performance.now() } = options;
  const gauge = createPressureGauge(onNotice);
  const counters = createCounters();
  const parts: PublishParts = {
    database,
    gauge,
    notify: onNotice,
    persist: checkGlobs(options.persist ?? ["**"]),
    blockTimeoutMs: options.blockTimeoutMs ?? 30_000,
    count: counters.count,
    now,
    ...(options.rateLimit === undefined
      ? {}
      : { rate: { limit: options.rateLimit, bucket: createTokenBucket(options.rateLimit, now) } }),
  };
  return {
    publish: (event) => publishEvent(parts, event),
    ...createSubscriptionMethods(database),
    ...createDeliveryMethods(database),
    ...createDeadLetterMethods(database),
    ...createHistoryMethods(database),

    async readBacklogs() {
      const rows = await database.query<BacklogRow>(BACKLOGS);
      return rows.map(({ capacity, ...backlog }): Backlog => {
        gauge.look(backlog.subscription, backlog.undelivered, capacity);
        return backlog;
      });
    },

    counters: counters.read,
  };
}

interface BacklogRow extends Backlog {
  readonly capacity: number | null;
}

function createCounters(): {
  count: (what: keyof BusCounters, by?: number) => void;
  read: () => BusCounters;
} {
  let counted: BusCounters = {
    published: 0,
    duplicates: 0,
    rateLimited: 0,
    rejected: 0,
    blocked: 0,
    droppedNewest: 0,
    droppedOldest: 0,
    noSubscriber: 0,
  };
  return {
    count: (what, by = 1) => {
      counted = { ...counted, [what]: counted[what] + by };
    },
    read: () => counted,
  };
}

function checkGlobs(globs: readonly string[]): readonly string[] {
  for (const glob of globs) {
    const checked = checkEventGlob(glob);
    if (!checked.ok) throw filterInvalid(checked.error);
  }
  return globs;
}

function ignore(): void {
  // nobody asked to be told
}

const BACKLOGS = `
  select s.name as subscription, s.capacity,
    (select count(*)::integer from heddle.event_deliveries d where d.subscription = s.name) as undelivered,
    (select count(*)::integer from heddle.dead_letters l where l.subscription = s.name) as "deadLetters"
  from heddle.event_subscriptions s
  where s.alive_until is null or s.alive_until > clock_timestamp()
  order by s.name`;
