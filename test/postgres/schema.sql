-- Written by "npm run db:dump"; compared by test/postgres/schema.test.ts

table heddle.audit_log (
  id bigint not null generated always as identity,
  at timestamp with time zone not null default clock_timestamp(),
  actor text not null,
  action text not null,
  subject text not null,
  details text not null
)

constraint audit_log_pkey on heddle.audit_log: PRIMARY KEY (id)

CREATE INDEX audit_log_by_subject ON heddle.audit_log USING btree (subject, id DESC)

CREATE INDEX audit_log_by_time ON heddle.audit_log USING btree (at)

table heddle.cached_results (
  key text not null,
  output text not null,
  expires_at timestamp with time zone not null
)

constraint cached_results_pkey on heddle.cached_results: PRIMARY KEY (key)

CREATE INDEX cached_results_by_expiry ON heddle.cached_results USING btree (expires_at)

table heddle.closed_runs (
  workflow_id text not null,
  run_id text not null,
  pattern text not null,
  version text not null,
  succeeded boolean not null,
  seconds double precision not null,
  closed_at timestamp with time zone not null default clock_timestamp(),
  tenant text not null default 'default'::text,
  timed_out boolean not null default false
)

constraint closed_runs_pkey on heddle.closed_runs: PRIMARY KEY (workflow_id, run_id)

CREATE INDEX closed_runs_by_pattern ON heddle.closed_runs USING btree (pattern, seconds) INCLUDE (succeeded)

CREATE INDEX closed_runs_by_time ON heddle.closed_runs USING btree (closed_at)

table heddle.dead_letters (
  id bigint not null generated always as identity,
  sequence bigint not null,
  subscription text,
  reason text not null,
  error text,
  attempts integer not null,
  redeliveries integer not null,
  died_at timestamp with time zone not null default clock_timestamp()
)

constraint dead_letters_pkey on heddle.dead_letters: PRIMARY KEY (id)

constraint dead_letters_reason_known on heddle.dead_letters: CHECK ((reason = ANY (ARRAY['noSubscriber'::text, 'attemptsExhausted'::text])))

constraint dead_letters_sequence_fkey on heddle.dead_letters: FOREIGN KEY (sequence) REFERENCES heddle.events(sequence)

CREATE INDEX dead_letters_by_event ON heddle.dead_letters USING btree (sequence)

CREATE INDEX dead_letters_by_subscription ON heddle.dead_letters USING btree (subscription, id DESC)

CREATE INDEX dead_letters_by_time ON heddle.dead_letters USING btree (died_at)

table heddle.event_deliveries (
  subscription text not null,
  sequence bigint not null,
  kind text not null,
  attempts integer not null default 0,
  redeliveries integer not null default 0,
  available_at timestamp with time zone not null default clock_timestamp(),
  claim text,
  last_error text
)

constraint event_deliveries_pkey on heddle.event_deliveries: PRIMARY KEY (subscription, sequence)

constraint event_deliveries_sequence_fkey on heddle.event_deliveries: FOREIGN KEY (sequence) REFERENCES heddle.events(sequence)

constraint event_deliveries_subscription_fkey on heddle.event_deliveries: FOREIGN KEY (subscription) REFERENCES heddle.event_subscriptions(name) ON DELETE CASCADE

CREATE INDEX event_deliveries_by_event ON heddle.event_deliveries USING btree (sequence)

CREATE INDEX event_deliveries_by_kind ON heddle.event_deliveries USING btree (kind, sequence)

table heddle.event_globs (
  subscription text not null,
  glob text collate "C" not null,
  prefix text collate "C" not null
)

constraint event_globs_pkey on heddle.event_globs: PRIMARY KEY (subscription, glob)

constraint event_globs_subscription_fkey on heddle.event_globs: FOREIGN KEY (subscription) REFERENCES heddle.event_subscriptions(name) ON DELETE CASCADE

CREATE INDEX event_globs_by_prefix ON heddle.event_globs USING btree (prefix)

table heddle.event_subscriptions (
  name text not null,
  kind text not null,
  target text not null,
  globs text[] not null,
  capacity integer,
  overflow text not null,
  max_attempts integer not null,
  retry_delay_ms double precision not null,
  max_retry_delay_ms double precision not null,
  lease_ms double precision,
  alive_until timestamp with time zone,
  created_at timestamp with time zone not null default clock_timestamp()
)

constraint event_subscriptions_overflow_known on heddle.event_subscriptions: CHECK ((overflow = ANY (ARRAY['drop_oldest'::text, 'drop_newest'::text, 'block'::text, 'reject'::text])))

constraint event_subscriptions_pkey on heddle.event_subscriptions: PRIMARY KEY (name)

CREATE INDEX event_subscriptions_by_lease ON heddle.event_subscriptions USING btree (alive_until) WHERE (alive_until IS NOT NULL)

table heddle.events (
  sequence bigint not null generated always as identity,
  id text not null,
  type text collate "C" not null,
  data text not null,
  source text,
  correlation text,
  causation text,
  published_at timestamp with time zone not null,
  expires_at timestamp with time zone,
  is_stored boolean not null
)

constraint events_id_unique on heddle.events: UNIQUE (id)

constraint events_pkey on heddle.events: PRIMARY KEY (sequence)

CREATE INDEX events_by_causation ON heddle.events USING btree (causation, sequence) WHERE (causation IS NOT NULL)

CREATE INDEX events_by_correlation ON heddle.events USING btree (correlation, sequence) WHERE (correlation IS NOT NULL)

CREATE INDEX events_by_time ON heddle.events USING btree (published_at)

CREATE INDEX events_by_type ON heddle.events USING btree (type, sequence)

CREATE UNIQUE INDEX events_id_unique ON heddle.events USING btree (id)

CREATE INDEX events_not_stored ON heddle.events USING btree (sequence) WHERE (NOT is_stored)

table heddle.hook_executions (
  execution_id text not null,
  position bigint not null generated always as identity,
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
  started_at timestamp with time zone not null,
  duration_ms double precision not null,
  recorded_at timestamp with time zone not null default clock_timestamp(),
  tenant text not null default 'default'::text,
  correlation text,
  priority integer not null default 0,
  tags text[] not null default '{}'::text[],
  recording bytea storage external
)

constraint hook_executions_pkey on heddle.hook_executions: PRIMARY KEY (execution_id)

constraint hook_executions_status_known on heddle.hook_executions: CHECK ((status = ANY (ARRAY['completed'::text, 'failed'::text, 'timeout'::text, 'skipped'::text])))

CREATE INDEX hook_executions_by_correlation ON heddle.hook_executions USING btree (correlation, started_at, "position") WHERE (correlation IS NOT NULL)

CREATE INDEX hook_executions_by_hook ON heddle.hook_executions USING btree (hook, started_at DESC, "position" DESC)

CREATE INDEX hook_executions_by_point ON heddle.hook_executions USING btree (point, started_at DESC, "position" DESC)

CREATE INDEX hook_executions_by_session ON heddle.hook_executions USING btree (session, started_at DESC, "position" DESC) WHERE (session IS NOT NULL)

CREATE INDEX hook_executions_by_status ON heddle.hook_executions USING btree (status, started_at DESC, "position" DESC)

CREATE INDEX hook_executions_by_time ON heddle.hook_executions USING btree (started_at DESC, "position" DESC)

CREATE INDEX hook_executions_by_workflow ON heddle.hook_executions USING btree (workflow_id, started_at DESC, "position" DESC)

table heddle.hook_state (
  key text not null,
  value text not null,
  expires_at timestamp with time zone
)

constraint hook_state_pkey on heddle.hook_state: PRIMARY KEY (key)

CREATE INDEX hook_state_by_expiry ON heddle.hook_state USING btree (expires_at) WHERE (expires_at IS NOT NULL)

table heddle.hooks (
  name text not null,
  position bigint not null generated always as identity,
  point text not null,
  enabled boolean not null,
  definition text not null,
  created_at timestamp with time zone not null default clock_timestamp(),
  tenant text not null default 'default'::text,
  place integer not null default 0
)

constraint hooks_pkey on heddle.hooks: PRIMARY KEY (tenant, name, place)

CREATE INDEX hooks_by_point ON heddle.hooks USING btree (point, "position") WHERE enabled

table heddle.migrations (
  id integer not null default nextval('heddle.migrations_id_seq'::regclass),
  name character varying(255) not null,
  run_on timestamp without time zone not null
)

constraint migrations_pkey on heddle.migrations: PRIMARY KEY (id)

table heddle.patterns (
  name text not null,
  version text not null,
  version_order text collate "C" not null,
  digest text not null,
  type text not null,
  status text not null,
  description text,
  tags text[] not null,
  source_file text,
  definition bytea storage external not null,
  plan bytea storage external not null,
  created_at timestamp with time zone not null default clock_timestamp()
)

constraint patterns_pkey on heddle.patterns: PRIMARY KEY (name, version)

constraint patterns_status_known on heddle.patterns: CHECK ((status = ANY (ARRAY['draft'::text, 'active'::text, 'deprecated'::text, 'archived'::text])))

CREATE INDEX patterns_by_name_and_order ON heddle.patterns USING btree (name, version_order DESC)

CREATE TRIGGER patterns_immutable BEFORE DELETE OR UPDATE ON heddle.patterns FOR EACH ROW EXECUTE FUNCTION heddle.refuse_pattern_change()

CREATE TRIGGER patterns_never_truncated BEFORE TRUNCATE ON heddle.patterns FOR EACH STATEMENT EXECUTE FUNCTION heddle.refuse_pattern_change()

table heddle.session_checkpoints (
  session text not null,
  number integer not null,
  content text not null,
  saved_at timestamp with time zone not null default clock_timestamp()
)

constraint session_checkpoints_pkey on heddle.session_checkpoints: PRIMARY KEY (session, number)

table heddle.stored_values (
  digest text not null,
  bytes bigint not null,
  content bytea storage external not null,
  stored_at timestamp with time zone not null default clock_timestamp()
)

constraint stored_values_pkey on heddle.stored_values: PRIMARY KEY (digest)

CREATE INDEX stored_values_by_time ON heddle.stored_values USING btree (stored_at)

table heddle.trusted_folders (
  tenant text not null,
  folder text not null,
  fingerprint text not null,
  trusted_by text not null,
  trusted_at timestamp with time zone not null default clock_timestamp()
)

constraint trusted_folders_pkey on heddle.trusted_folders: PRIMARY KEY (tenant, folder)

CREATE OR REPLACE FUNCTION heddle.refuse_pattern_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
$function$

