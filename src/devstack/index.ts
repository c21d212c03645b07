export { findStackOwner } from "./folder-claim.ts";
export { startPostgres, type PostgresOptions, type PostgresServer } from "./postgres.ts";
export { missingSearchAttributes, registerSearchAttributes } from "./search-attributes.ts";
export { startDevStack, type DevStack, type DevStackOptions } from "./stack.ts";
export { startTemporal, type TemporalOptions, type TemporalServer } from "./temporal-server.ts";
