import type { Database } from "../registry/index.ts";
import type { DeadLetter, DeadLetterFilter, EventBus } from "./bus.ts";
import { toCondition } from "./glob-sql.ts";
import { checkFilter } from "./parse.ts";
import { EVENT_COLUMNS, readEvent, type EventRow } from "./rows.ts";
import { findTakers } from "./takers.ts";

type DeadLetterMethods = Pick<EventBus, "listDeadLetters" | "redeliver" | "pruneDeadLetters">;

const DEFAULT_LIMIT = 100;

export function createDeadLetterMethods(database: Database): DeadLetterMethods {
  async function listDeadLetters(filter: DeadLetterFilter = {}): Promise<readonly DeadLetter[]> {
    checkFilter(filter);
    const { subscription, glob, ids, limit = DEFAULT_LIMIT } = filter;
    const { from, to, pattern } = toCondition(glob ?? "**");
    const values = [subscription, ids, from, to, pattern, limit];
    return (await database.query<DeadLetterRow>(LIST, values)).map(readDeadLetter);
  }

  /** Its own subscription, or whoever takes such events now. */
  async function takersOf({ subscription, event }: DeadLetter): Promise<readonly string[]> {
    if (subscription !== undefined) return [subscription];
    return (await findTakers(database, event.type)).map(({ name }) => name);
  }

  return {
    listDeadLetters,

    async redeliver(filter) {
      let queued = 0;
      for (const letter of await listDeadLetters(filter)) {
        const values = [letter.id, await takersOf(letter)];
        queued += (await database.query(REDELIVER, values)).length;
      }
      return queued;
    },

    async pruneDeadLetters(before) {
      return (await database.query(PRUNE, [before])).length;
    },
  };
}

interface DeadLetterRow extends EventRow {
  readonly letter_id: string;
  readonly subscription: string | null;
  readonly reason: DeadLetter["reason"];
  readonly error: string | null;
  readonly attempts: number;
  readonly redeliveries: number;
  readonly died_at: Date;
}

function readDeadLetter(row: DeadLetterRow): DeadLetter {
  return {
    id: Number(row.letter_id),
    event: readEvent(row),
    ...(row.subscription === null ? {} : { subscription: row.subscription }),
    reason: row.reason,
    ...(row.error === null ? {} : { error: row.error }),
    attempts: row.attempts,
    redeliveries: row.redeliveries,
    diedAt: row.died_at,
  };
}

const LIST = `
  select l.id as letter_id, l.subscription, l.reason, l.error, l.attempts, l.redeliveries, l.died_at, ${EVENT_COLUMNS}
  from heddle.dead_letters l join heddle.events e on e.sequence = l.sequence
  where ($1::text is null or l.subscription = $1)
    and ($2::bigint[] is null or l.id = any ($2))
    and ($3::text is null or e.type >= $3 and e.type < $4)
    and '.' || e.type ~ $5
  order by l.id desc
  limit $6`;

// The letter goes only when there is somebody to take it, and with the statement that queues it. A capacity does not
// count here: a person asked for it.
const REDELIVER = `
  with takers as (
    select s.name, s.kind from heddle.event_subscriptions s
    where s.name = any ($2) and (s.alive_until is null or s.alive_until > clock_timestamp())
    for key share
  ), letter as (
    delete from heddle.dead_letters l using heddle.events e
    where l.id = $1 and e.sequence = l.sequence
      and (e.expires_at is null or e.expires_at > clock_timestamp())
      and exists (select from takers)
    returning l.id, l.sequence, l.redeliveries
  ), queued as (
    insert into heddle.event_deliveries (subscription, sequence, kind, redeliveries)
    select takers.name, letter.sequence, takers.kind, letter.redeliveries + 1 from letter, takers
    on conflict (subscription, sequence) do nothing
  )
  select id from letter`;

const PRUNE = `
  delete from heddle.dead_letters where died_at < $1 returning id`;
