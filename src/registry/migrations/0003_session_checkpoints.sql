-- What sessions can be restored to, beyond the life and the retention of their workflow.

create table heddle.session_checkpoints (
  session text not null,
  number integer not null,
  -- JSON text, not jsonb: jsonb refuses \u0000
  content text not null,
  saved_at timestamptz not null default clock_timestamp(),
  primary key (session, number)
);
