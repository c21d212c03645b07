export type {
  AuditEntry,
  AuditFilter,
  ClosedRun,
  ExecutionFilter,
  HookExecution,
  HookFilter,
  NewPattern,
  PatternFilter,
  PatternStatus,
  PatternSummary,
  PrunedRecords,
  Registry,
  Statistics,
  StoredPattern,
} from "./registry.ts";
export {
  createDatabase,
  type Database,
  type DatabaseOptions,
  type Queries,
} from "./postgres/database.ts";
export { createPostgresRegistry, type PostgresRegistryOptions } from "./postgres/registry.ts";
export { migrate, readMigrationStatus, type MigrationStatus } from "./postgres/migrate.ts";
