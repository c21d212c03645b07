-- Values that hooks share across runs and workers: breakers, token buckets, counters.

create table heddle.hook_state (
  key text primary key,
  -- JSON text, not jsonb: jsonb refuses \u0000
  value text not null,
  -- null: kept until it is changed
  expires_at timestamptz
);

create index hook_state_by_expiry on heddle.hook_state (expires_at) where expires_at is not null;
