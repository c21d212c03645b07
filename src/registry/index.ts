export {
  RETENTION_PRESETS,
  type ExecutionFilter,
  type GroupStatistics,
  type HookExecution,
  type Recording,
  type RetentionPolicy,
  type Statistics,
} from "./ledger.ts";
export type {
  AuditEntry,
  AuditFilter,
  ClosedRun,
  HookFilter,
  NewPattern,
  PatternFilter,
  PatternStatus,
  PatternSummary,
  PrunedRecords,
  Registry,
  StoredPattern,
  TrustedFolder,
} from "./registry.ts";
export {
  createDatabase,
  type Database,
  type DatabaseOptions,
  type Queries,
} from "./postgres/database.ts";
export { createPostgresRegistry, type PostgresRegistryOptions } from "./postgres/registry.ts";
export { migrate, readMigrationStatus, type MigrationStatus } from "./postgres/migrate.ts";
