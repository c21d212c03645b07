import type { JsonObject } from "../../core/index.ts";
import { checkLimit } from "../refusals.ts";
import type { AuditEntry, Registry } from "../registry.ts";
import type { Database } from "./database.ts";
import { toColumn } from "./document.ts";
import { RECORD_LIMIT } from "./executions.ts";

type RecordMethods = Pick<Registry, "listAudit" | "pruneRecords" | "pruneValues">;

/** What is kept of the past, and for how long. */
export function createRecordMethods(
  database: Database,
  tenant: string,
  actor: string,
): RecordMethods {
  /** In batches, so that no statement runs into its timeout or holds many locks, however much there is to delete. */
  async function prune(statement: string, before: Date, own?: string): Promise<number> {
    let total = 0;
    for (;;) {
      const [row] = await database.query<{ readonly deleted: number }>(statement, [
        before,
        BATCH_ROWS,
        ...(own === undefined ? [] : [own]),
      ]);
      const deleted = row?.deleted ?? 0;
      total += deleted;
      if (deleted < BATCH_ROWS) return total;
    }
  }

  async function note(action: AuditEntry["action"], details: JsonObject): Promise<void> {
    await database.query(INSERT_AUDIT, [actor, action, JSON.stringify(details)]);
  }

  return {
    async listAudit({ action, subject, limit = RECORD_LIMIT } = {}) {
      checkLimit(limit);
      const values = [action, toColumn(subject), limit];
      return (await database.query<AuditRow>(LIST_AUDIT, values)).map(readEntry);
    },

    async pruneRecords(before) {
      const counts = {
        hookExecutions: await prune(PRUNE_EXECUTIONS, before, tenant),
        runs: await prune(PRUNE_RUNS, before, tenant),
        auditEntries: await prune(PRUNE_AUDIT, before),
      };
      await note("records.pruned", { before: before.toISOString(), ...counts });
      return counts;
    },

    async pruneValues(before) {
      const values = await prune(PRUNE_VALUES, before);
      await note("values.pruned", { before: before.toISOString(), values });
      return values;
    },
  };
}

const BATCH_ROWS = 10_000;

interface AuditRow {
  readonly at: Date;
  readonly actor: string;
  readonly action: AuditEntry["action"];
  readonly subject: string;
  readonly details: string;
}

function readEntry({ details, ...entry }: AuditRow): AuditEntry {
  return { ...entry, details: JSON.parse(details) as JsonObject }; // as: every writer of this column writes an object
}

const LIST_AUDIT = `
  select at, actor, action, subject, details from heddle.audit_log
  where ($1::text is null or action = $1) and ($2::text is null or subject = $2)
  order by id desc
  limit $3`;

const INSERT_AUDIT = `
  insert into heddle.audit_log (actor, action, subject, details) values ($1, $2, '', $3)`;

const PRUNE_EXECUTIONS = pruneStatement("heddle.hook_executions", "started_at", "and tenant = $3");
const PRUNE_RUNS = pruneStatement("heddle.closed_runs", "closed_at", "and tenant = $3");
const PRUNE_AUDIT = pruneStatement("heddle.audit_log", "at");
const PRUNE_VALUES = pruneStatement("heddle.stored_values", "stored_at");

/** All arguments are constants of this file, never input. */
function pruneStatement(table: string, timeColumn: string, own = ""): string {
  return `
    with deleted as (
      delete from ${table}
      where ctid = any (array(select ctid from ${table} where ${timeColumn} < $1 ${own} limit $2))
        and ${timeColumn} < $1
      returning 1
    )
    select count(*)::integer as deleted from deleted`;
}
