import type { Registry } from "../registry.ts";
import { createCacheMethods } from "./cache.ts";
import { createCheckpointMethods } from "./checkpoints.ts";
import { createDatabase, type DatabaseOptions } from "./database.ts";
import { createExclusiveMethods } from "./exclusive.ts";
import { createExecutionMethods } from "./executions.ts";
import { createHookStore } from "./hook-store.ts";
import { createHookMethods } from "./hooks.ts";
import { createPatternMethods } from "./patterns.ts";
import { createRecordMethods } from "./records.ts";
import { createRetentionMethods } from "./retention.ts";
import { createRunMethods } from "./runs.ts";
import { createStatisticsMethods } from "./statistics.ts";
import { createTrustMethods } from "./trusted-folders.ts";
import { createValueMethods } from "./values.ts";

export interface PostgresRegistryOptions extends DatabaseOptions {
  /** Who is named in the audit log for what is changed through this registry. @default "heddle" */
  readonly actor?: string;
  /**
   * Whose hooks, executions and statistics these are; nobody else's are seen. Heddle's programs give the Temporal
   * namespace. @default "default"
   */
  readonly tenant?: string;
}

/** The registry on PostgreSQL. Opening it does not connect; the schema must have been migrated. */
export function createPostgresRegistry(options: PostgresRegistryOptions): Registry {
  const { actor = "heddle", tenant = "default" } = options;
  const database = createDatabase(options);
  return {
    hookStore: createHookStore(database, tenant),
    ...createPatternMethods(database, actor),
    ...createValueMethods(database),
    ...createExecutionMethods(database, tenant),
    ...createStatisticsMethods(database, tenant),
    ...createRetentionMethods(database, tenant, actor),
    ...createTrustMethods(database, tenant, actor),
    ...createExclusiveMethods(database, tenant),
    ...createHookMethods(database, tenant, actor),
    ...createRunMethods(database, tenant),
    ...createCheckpointMethods(database),
    ...createCacheMethods(database),
    ...createRecordMethods(database, tenant, actor),

    async ping() {
      const [server] = await database.query<{
        readonly version: string;
        readonly is_migrated: boolean;
      }>(PING);
      const [last] =
        server?.is_migrated === true
          ? await database.query<{ readonly name: string }>(LAST_MIGRATION)
          : [];
      return { serverVersion: server?.version ?? "", migration: last?.name };
    },

    close: () => database.close(),
  };
}

const PING = `
  select current_setting('server_version') as version,
    to_regclass('heddle.migrations') is not null as is_migrated`;

const LAST_MIGRATION = `
  select name from heddle.migrations order by id desc limit 1`;
