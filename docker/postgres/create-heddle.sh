#!/bin/sh
# Run once, by the postgres image, when its data volume is empty: Heddle's own role and database.
set -eu

psql --set=ON_ERROR_STOP=1 --set=password="$HEDDLE_DB_PASSWORD" --username "$POSTGRES_USER" <<'SQL'
create role heddle login password :'password';
create database heddle owner heddle;
SQL
