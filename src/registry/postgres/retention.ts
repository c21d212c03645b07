import type { Registry } from "../registry.ts";
import type { Database } from "./database.ts";

type RetentionMethods = Pick<Registry, "retainHookExecutions">;

const BATCH_ROWS = 10_000;

/** Deletes of the ledger by age, count and priority, in batches that hold few locks and end in time. */
export function createRetentionMethods(
  database: Database,
  tenant: string,
  actor: string,
): RetentionMethods {
  async function deleteAll(statement: string, values: readonly unknown[]): Promise<number> {
    let total = 0;
    for (;;) {
      const [row] = await database.query<{ readonly deleted: number }>(statement, [
        tenant,
        BATCH_ROWS,
        ...values,
      ]);
      const deleted = row?.deleted ?? 0;
      total += deleted;
      if (deleted < BATCH_ROWS) return total;
    }
  }

  return {
    async retainHookExecutions(policy, now) {
      const { maxAgeMs, maxCount, minCount = 0, priorityCeiling = null, extra } = policy;
      const byAge =
        maxAgeMs === undefined
          ? 0
          : await deleteAll(BY_AGE, [
              new Date(now.getTime() - maxAgeMs),
              extra?.fromPriority ?? null,
              extra?.ageMs ?? 0,
              priorityCeiling,
              minCount,
            ]);
      const byCount =
        maxCount === undefined ? 0 : await deleteAll(BY_COUNT, [maxCount, priorityCeiling]);
      const deleted = { byAge, byCount };
      if (byAge + byCount > 0)
        await database.query(NOTE, [actor, JSON.stringify({ at: now.toISOString(), ...deleted })]);
      return deleted;
    },
  };
}

/** The rows that stay whatever their age are looked up by the index on time: the newest so many. */
const BY_AGE = deleteStatement(`
  select ctid from heddle.hook_executions
  where tenant = $1
    and started_at < $3::timestamptz
      - case when priority >= $4::integer then make_interval(secs => $5::double precision / 1000) else '0'::interval end
    and ($6::integer is null or priority <= $6)
    and position not in (
      select position from heddle.hook_executions
      where tenant = $1 order by started_at desc, position desc limit $7
    )
  limit $2`);

/** Beyond the count the least important go first, and of those the oldest. */
const BY_COUNT = deleteStatement(`
  select ctid from (
    select ctid, priority,
      row_number() over (order by priority desc, started_at desc, position desc) as place
    from heddle.hook_executions where tenant = $1
  ) ranked
  where place > $3 and ($4::integer is null or priority <= $4)
  limit $2`);

const NOTE = `
  insert into heddle.audit_log (actor, action, subject, details) values ($1, 'records.pruned', '', $2)`;

/** The argument is a constant of this file, never input. */
function deleteStatement(chosen: string): string {
  return `
    with deleted as (
      delete from heddle.hook_executions where ctid = any (array(${chosen})) returning 1
    )
    select count(*)::integer as deleted from deleted`;
}
