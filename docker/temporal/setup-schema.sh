#!/bin/sh
# Creates Temporal's two databases, or brings them up to date. Safe to run again; needs SQL_* in the environment.
set -eu

for database in temporal temporal_visibility; do
  schema="${database#temporal_}"
  temporal-sql-tool --database "$database" create
  # Refuses when the schema is there already, which is as good.
  temporal-sql-tool --database "$database" setup-schema --version 0.0 ||
    echo "$database: the schema is there already"
  temporal-sql-tool --database "$database" update-schema --schema-name "postgresql/v12/$schema"
done
