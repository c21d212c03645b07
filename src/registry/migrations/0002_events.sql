-- The event bus. An event and what is queued of it for each subscription are written by one statement, so that no
-- reader has to follow sequence numbers, which become visible out of order when transactions overlap.

create table heddle.events (
  sequence bigint primary key generated always as identity,
  id text not null,
  type text collate "C" not null,
  -- JSON text, not jsonb: jsonb refuses \u0000
  data text not null,
  source text,
  correlation text,
  causation text,
  published_at timestamptz not null,
  expires_at timestamptz,
  -- false: kept only until it is delivered, and not shown in the history
  is_stored boolean not null,
  constraint events_id_unique unique (id)
);

create index events_by_type on heddle.events (type, sequence);
create index events_by_correlation on heddle.events (correlation, sequence) where correlation is not null;
create index events_by_causation on heddle.events (causation, sequence) where causation is not null;
create index events_by_time on heddle.events (published_at);
create index events_not_stored on heddle.events (sequence) where not is_stored;

create table heddle.event_subscriptions (
  name text primary key,
  kind text not null,
  target text not null,
  globs text[] not null,
  capacity integer,
  overflow text not null,
  max_attempts integer not null,
  retry_delay_ms double precision not null,
  max_retry_delay_ms double precision not null,
  lease_ms double precision,
  -- null: for ever
  alive_until timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  constraint event_subscriptions_overflow_known check (overflow in ('drop_oldest', 'drop_newest', 'block', 'reject'))
);

create index event_subscriptions_by_lease on heddle.event_subscriptions (alive_until) where alive_until is not null;

-- Publishing looks subscriptions up by the literal beginning of their globs, so that its cost follows the number of
-- those that may match and not the number there are (every waiting run can be one).
create table heddle.event_globs (
  subscription text not null references heddle.event_subscriptions (name) on delete cascade,
  glob text collate "C" not null,
  prefix text collate "C" not null,
  primary key (subscription, glob)
);

create index event_globs_by_prefix on heddle.event_globs (prefix);

create table heddle.event_deliveries (
  subscription text not null references heddle.event_subscriptions (name) on delete cascade,
  sequence bigint not null references heddle.events (sequence),
  kind text not null,
  attempts integer not null default 0,
  redeliveries integer not null default 0,
  -- a claim moves this to the end of its lease, a retry to the end of its delay: there is no other state
  available_at timestamptz not null default clock_timestamp(),
  claim text,
  last_error text,
  primary key (subscription, sequence)
);

create index event_deliveries_by_kind on heddle.event_deliveries (kind, sequence);
create index event_deliveries_by_event on heddle.event_deliveries (sequence);

create table heddle.dead_letters (
  id bigint primary key generated always as identity,
  sequence bigint not null references heddle.events (sequence),
  -- null: there was no subscriber; otherwise it may be gone since
  subscription text,
  reason text not null,
  error text,
  attempts integer not null,
  redeliveries integer not null,
  died_at timestamptz not null default clock_timestamp(),
  constraint dead_letters_reason_known check (reason in ('noSubscriber', 'attemptsExhausted'))
);

create index dead_letters_by_subscription on heddle.dead_letters (subscription, id desc);
create index dead_letters_by_event on heddle.dead_letters (sequence);
create index dead_letters_by_time on heddle.dead_letters (died_at);
