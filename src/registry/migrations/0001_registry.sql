-- Documents (definitions, plans, values) are gzipped JSON text in bytea: key order and \u0000 survive, neither of
-- which jsonb keeps, and tens of megabytes travel small. "storage external" stops the server from compressing twice.

create table heddle.patterns (
  name text not null,
  version text not null,
  -- byte order = order of versions; written by orderKeyOf
  version_order text collate "C" not null,
  digest text not null,
  type text not null,
  status text not null,
  description text,
  tags text[] not null,
  source_file text,
  definition bytea not null,
  plan bytea not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (name, version),
  constraint patterns_status_known check (status in ('draft', 'active', 'deprecated', 'archived'))
);

alter table heddle.patterns
  alter column definition set storage external,
  alter column plan set storage external;

create index patterns_by_name_and_order on heddle.patterns (name, version_order desc);

-- Running executions pin a version by its digest, so a registered version must mean the same for ever.
create function heddle.refuse_pattern_change() returns trigger
language plpgsql as $$
declare
  before_change heddle.patterns;
begin
  if tg_op <> 'UPDATE' then
    raise exception 'a registered pattern version is never deleted'
      using errcode = 'restrict_violation', hint = 'Set its status to archived.';
  end if;
  before_change := old;
  before_change.status := new.status;
  if new is distinct from before_change then
    raise exception 'pattern % version % is immutable: only its status may change', old.name, old.version
      using errcode = 'restrict_violation', hint = 'Register a new version.';
  end if;
  return new;
end
$$;

create trigger patterns_immutable before update or delete on heddle.patterns
  for each row execute function heddle.refuse_pattern_change();

create trigger patterns_never_truncated before truncate on heddle.patterns
  for each statement execute function heddle.refuse_pattern_change();

create table heddle.stored_values (
  digest text primary key,
  bytes bigint not null,
  content bytea not null,
  -- moved forward when the same value is stored again, so that retention keeps what is in use
  stored_at timestamptz not null default clock_timestamp()
);

alter table heddle.stored_values alter column content set storage external;

create index stored_values_by_time on heddle.stored_values (stored_at);

create table heddle.hooks (
  name text primary key,
  position bigint generated always as identity,
  point text not null,
  enabled boolean not null,
  -- JSON text, not jsonb: jsonb refuses \u0000
  definition text not null,
  created_at timestamptz not null default clock_timestamp()
);

create index hooks_by_point on heddle.hooks (point, position) where enabled;

create table heddle.hook_executions (
  execution_id text primary key,
  position bigint generated always as identity,
  workflow_id text not null,
  run_id text not null,
  pattern text not null,
  point text not null,
  hook text not null,
  source text not null,
  step text,
  instance text,
  session text,
  attempt integer not null,
  status text not null,
  decision text not null,
  outcome text not null,
  error text,
  input text,
  started_at timestamptz not null,
  duration_ms double precision not null,
  recorded_at timestamptz not null default clock_timestamp(),
  constraint hook_executions_status_known check (status in ('completed', 'failed', 'timeout', 'skipped'))
);

create index hook_executions_by_time on heddle.hook_executions (started_at desc, position desc);
create index hook_executions_by_hook on heddle.hook_executions (hook, started_at desc, position desc);
create index hook_executions_by_status on heddle.hook_executions (status, started_at desc, position desc);
create index hook_executions_by_workflow on heddle.hook_executions (workflow_id, started_at desc, position desc);
create index hook_executions_by_session on heddle.hook_executions (session, started_at desc, position desc)
  where session is not null;

create table heddle.closed_runs (
  workflow_id text not null,
  run_id text not null,
  pattern text not null,
  version text not null,
  succeeded boolean not null,
  seconds double precision not null,
  closed_at timestamptz not null default clock_timestamp(),
  primary key (workflow_id, run_id)
);

create index closed_runs_by_pattern on heddle.closed_runs (pattern, seconds) include (succeeded);
create index closed_runs_by_time on heddle.closed_runs (closed_at);

create table heddle.audit_log (
  id bigint primary key generated always as identity,
  at timestamptz not null default clock_timestamp(),
  actor text not null,
  action text not null,
  subject text not null,
  details text not null
);

create index audit_log_by_subject on heddle.audit_log (subject, id desc);
create index audit_log_by_time on heddle.audit_log (at);
