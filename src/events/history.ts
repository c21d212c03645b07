import type { Database } from "../registry/index.ts";
import type { EventBus } from "./bus.ts";
import { toCondition } from "./glob-sql.ts";
import { checkFilter } from "./parse.ts";
import { EVENT_COLUMNS, readEvent, type EventRow } from "./rows.ts";

type HistoryMethods = Pick<EventBus, "listEvents" | "findEvent" | "prune" | "countByType">;

const DEFAULT_LIMIT = 100;
const BATCH_ROWS = 10_000;

export function createHistoryMethods(database: Database): HistoryMethods {
  return {
    async listEvents(filter = {}) {
      checkFilter(filter);
      const { glob = "**", from: since, to: until, correlation, causation, after, limit } = filter;
      const { order = correlation === undefined ? "newestFirst" : "oldestFirst" } = filter;
      const { from, to, pattern } = toCondition(glob);
      const rows = await database.query<EventRow>(LIST[order], [
        from,
        to,
        pattern,
        since,
        until,
        correlation,
        causation,
        after,
        limit ?? DEFAULT_LIMIT,
      ]);
      return rows.map(readEvent);
    },

    async findEvent(id) {
      const [row] = await database.query<EventRow>(SELECT_ONE, [id]);
      return row === undefined ? undefined : readEvent(row);
    },

    async prune({ before, keepNewest }) {
      checkFilter(keepNewest === undefined ? {} : { limit: keepNewest });
      let total = 0;
      for (;;) {
        const deleted = await database.query(PRUNE, [before, keepNewest, BATCH_ROWS]);
        total += deleted.length;
        if (deleted.length < BATCH_ROWS) return total;
      }
    },

    async countByType(glob = "**") {
      checkFilter({ glob });
      const { from, to, pattern } = toCondition(glob);
      return database.query<{ readonly type: string; readonly count: number }>(COUNT, [
        from,
        to,
        pattern,
      ]);
    },
  };
}

const FITS_GLOB = `($1::text is null or e.type >= $1 and e.type < $2) and '.' || e.type ~ $3`;

const FILTERED = `
  select ${EVENT_COLUMNS} from heddle.events e
  where e.is_stored and ${FITS_GLOB}
    and ($4::timestamptz is null or e.published_at >= $4)
    and ($5::timestamptz is null or e.published_at < $5)
    and ($6::text is null or e.correlation = $6)
    and ($7::text is null or e.causation = $7)
    and ($8::bigint is null or e.sequence > $8)`;

const LIST = {
  newestFirst: `${FILTERED} order by e.sequence desc limit $9`,
  oldestFirst: `${FILTERED} order by e.sequence limit $9`,
} as const;

const SELECT_ONE = `
  select ${EVENT_COLUMNS} from heddle.events e where e.id = $1 and e.is_stored`;

// What somebody still waits for stays, however old. A dead letter and its delivery change places within one statement,
// so an event that has neither in this snapshot gets neither later.
const PRUNE = `
  delete from heddle.events
  where sequence in (
    select e.sequence from heddle.events e
    where (
        not e.is_stored
        or e.published_at < $1
        or e.sequence <= (
          select kept.sequence from heddle.events kept where kept.is_stored
          order by kept.sequence desc offset $2 limit 1
        ) and $2::integer is not null
      )
      and not exists (select from heddle.event_deliveries d where d.sequence = e.sequence)
      and not exists (select from heddle.dead_letters l where l.sequence = e.sequence)
    order by e.sequence
    limit $3
    for update skip locked
  )
  returning sequence`;

const COUNT = `
  select e.type, count(*)::integer as count from heddle.events e
  where e.is_stored and ${FITS_GLOB}
  group by e.type
  order by count(*) desc, e.type`;
