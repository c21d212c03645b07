import { randomUUID } from "node:crypto";
import type { JsonObject } from "../core/index.ts";
import type { Database } from "../registry/index.ts";
import type { Delivery, EventBus } from "./bus.ts";
import { EVENT_COLUMNS, readEvent, type EventRow } from "./rows.ts";

type DeliveryMethods = Pick<EventBus, "claim" | "acknowledge" | "extend" | "reject">;

export function createDeliveryMethods(database: Database): DeliveryMethods {
  return {
    async claim({ kinds = [], subscriptions = [], limit, leaseMs }) {
      const claim = randomUUID();
      const values = [kinds, subscriptions, limit, leaseMs, claim];
      const rows = await database.query<DeliveryRow>(CLAIM, values);
      return rows.map((row) => readDelivery(row, claim));
    },

    async acknowledge(delivery) {
      return (await database.query(ACKNOWLEDGE, keyOf(delivery))).length > 0;
    },

    async extend(delivery, leaseMs) {
      return (await database.query(EXTEND, [...keyOf(delivery), leaseMs])).length > 0;
    },

    async reject(delivery, error) {
      const values = [...keyOf(delivery), error.replaceAll("\u0000", "\ufffd")];
      const [row] = await database.query<{ readonly dead: boolean; readonly retried: boolean }>(
        REJECT,
        values,
      );
      if (row?.dead === true) return "dead";
      return row?.retried === true ? "retried" : "lost";
    },
  };
}

interface DeliveryRow extends EventRow {
  readonly subscription: string;
  readonly kind: string;
  readonly target: string;
  readonly attempt: number;
}

function readDelivery(row: DeliveryRow, claim: string): Delivery {
  return {
    event: readEvent(row),
    subscription: row.subscription,
    kind: row.kind,
    target: JSON.parse(row.target) as JsonObject, // as: only subscribe writes this column, from an object
    attempt: row.attempt,
    claim,
  };
}

function keyOf({ subscription, event, claim }: Delivery): readonly unknown[] {
  return [subscription, event.sequence, claim];
}

const DUE = `
  select d.subscription, d.sequence, d.attempts from heddle.event_deliveries d
  where %s and d.available_at <= clock_timestamp()
  order by d.sequence
  limit $3
  for update skip locked`;

// What is due is claimed, unless it has expired (then it is gone) or its last permitted attempt ended without a word
// (then its consumer died of it, and it is a dead letter).
const CLAIM = `
  with candidates as materialized (
    select due.* from unnest($1::text[]) as wanted (kind)
    cross join lateral (${DUE.replace("%s", "d.kind = wanted.kind")}) due
    union
    select due.* from unnest($2::text[]) as wanted (name)
    cross join lateral (${DUE.replace("%s", "d.subscription = wanted.name")}) due
  ), due as materialized (
    select c.subscription, c.sequence, c.attempts >= s.max_attempts as is_exhausted,
      coalesce(e.expires_at <= clock_timestamp(), false) as is_expired, s.kind, s.target
    from candidates c
    join heddle.event_subscriptions s on s.name = c.subscription
    join heddle.events e on e.sequence = c.sequence
    order by c.sequence
    limit $3
  ), ended as (
    delete from heddle.event_deliveries d using due
    where d.subscription = due.subscription and d.sequence = due.sequence and (due.is_expired or due.is_exhausted)
    returning d.subscription, d.sequence, d.attempts, d.redeliveries, d.last_error, due.is_expired
  ), dead as (
    insert into heddle.dead_letters (sequence, subscription, reason, error, attempts, redeliveries)
    select sequence, subscription, 'attemptsExhausted',
      coalesce(last_error, 'The last consumer neither acknowledged nor rejected it in time'), attempts, redeliveries
    from ended where not is_expired
  ), claimed as (
    update heddle.event_deliveries d
    set attempts = d.attempts + 1, claim = $5, last_error = null,
      available_at = clock_timestamp() + $4::double precision * interval '1 millisecond'
    from due
    where d.subscription = due.subscription and d.sequence = due.sequence
      and not due.is_expired and not due.is_exhausted
    returning d.subscription, d.sequence, d.attempts as attempt, due.kind, due.target
  )
  select ${EVENT_COLUMNS}, claimed.subscription, claimed.kind, claimed.target, claimed.attempt
  from claimed join heddle.events e on e.sequence = claimed.sequence
  order by e.sequence, claimed.subscription`;

const ACKNOWLEDGE = `
  delete from heddle.event_deliveries
  where subscription = $1 and sequence = $2 and claim = $3
  returning sequence`;

const EXTEND = `
  update heddle.event_deliveries
  set available_at = clock_timestamp() + $4::double precision * interval '1 millisecond'
  where subscription = $1 and sequence = $2 and claim = $3
  returning sequence`;

// The exponent is bounded so that the power stays a number; the delay is bounded anyway.
const REJECT = `
  with held as (
    select d.subscription, d.sequence, d.attempts >= s.max_attempts as is_exhausted,
      least(s.retry_delay_ms * power(2, least(d.attempts - 1, 40)), s.max_retry_delay_ms) as delay_ms
    from heddle.event_deliveries d join heddle.event_subscriptions s on s.name = d.subscription
    where d.subscription = $1 and d.sequence = $2 and d.claim = $3
    for update of d
  ), ended as (
    delete from heddle.event_deliveries d using held
    where d.subscription = held.subscription and d.sequence = held.sequence and held.is_exhausted
    returning d.subscription, d.sequence, d.attempts, d.redeliveries
  ), dead as (
    insert into heddle.dead_letters (sequence, subscription, reason, error, attempts, redeliveries)
    select sequence, subscription, 'attemptsExhausted', $4, attempts, redeliveries from ended
    returning 1
  ), retried as (
    update heddle.event_deliveries d
    set claim = null, last_error = $4, available_at = clock_timestamp() + held.delay_ms * interval '1 millisecond'
    from held
    where d.subscription = held.subscription and d.sequence = held.sequence and not held.is_exhausted
    returning 1
  )
  select exists (select from dead) as dead, exists (select from retried) as retried`;
