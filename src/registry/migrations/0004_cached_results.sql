-- Results that later runs may use instead of doing the work again (a step's `cache`, a hook's cache outcome).

create table heddle.cached_results (
  key text primary key,
  -- JSON text, not jsonb: jsonb refuses \u0000
  output text not null,
  expires_at timestamptz not null
);

create index cached_results_by_expiry on heddle.cached_results (expires_at);
