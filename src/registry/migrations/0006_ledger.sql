-- The ledger by tenant (a Temporal namespace), with what retention and replay need.

alter table heddle.hook_executions
  add column tenant text not null default 'default',
  add column correlation text,
  -- of retention: high is kept longer
  add column priority integer not null default 0,
  add column tags text[] not null default '{}',
  -- the hook and its event as gzipped JSON, for replay; null when they were too large
  add column recording bytea;

alter table heddle.hook_executions alter column recording set storage external;

create index hook_executions_by_correlation
  on heddle.hook_executions (correlation, started_at, position) where correlation is not null;
create index hook_executions_by_point on heddle.hook_executions (point, started_at desc, position desc);

-- A registration that names several points is several rows of one name; place keeps their order.
alter table heddle.hooks
  add column tenant text not null default 'default',
  add column place integer not null default 0,
  drop constraint hooks_pkey,
  add primary key (tenant, name, place);

alter table heddle.closed_runs
  add column tenant text not null default 'default',
  add column timed_out boolean not null default false;
