import { matchesEventGlob } from "../core/index.ts";
import type { Queries } from "../registry/index.ts";
import { prefixesOf } from "./glob-sql.ts";
import type { Taker } from "./overflow.ts";

/** The living subscriptions that an event of this type fits, and how full each is. */
export async function findTakers(database: Queries, type: string): Promise<readonly Taker[]> {
  const rows = await database.query<TakerRow>(SELECT, [prefixesOf(type)]);
  return rows
    .filter(({ globs }) => globs.some((glob) => matchesEventGlob(glob, type)))
    .map(({ globs: _globs, ...taker }) => taker);
}

interface TakerRow extends Taker {
  readonly globs: readonly string[];
}

const SELECT = `
  select s.name, s.globs, s.capacity, s.overflow,
    case when s.capacity is null then 0
      else (select count(*)::integer from heddle.event_deliveries d where d.subscription = s.name)
    end as undelivered
  from heddle.event_subscriptions s
  where s.name in (select g.subscription from heddle.event_globs g where g.prefix = any ($1))
    and (s.alive_until is null or s.alive_until > clock_timestamp())
  order by s.name`;
