import type { Registry } from "../registry.ts";
import type { Database } from "./database.ts";

/**
 * An advisory lock of a transaction: it is gone with the connection, whatever happens to this process. Nothing else is
 * done in the transaction; the work uses connections of its own.
 */
export function createExclusiveMethods(
  database: Database,
  tenant: string,
): Pick<Registry, "exclusively"> {
  return {
    exclusively: (name, work) =>
      database.transaction(async (queries) => {
        const [row] = await queries.query<{ readonly is_ours: boolean }>(TRY_LOCK, [
          `${tenant}/${name}`,
        ]);
        if (row?.is_ours !== true) return false;
        await work();
        return true;
      }),
  };
}

const TRY_LOCK = `select pg_try_advisory_xact_lock(hashtextextended('heddle/' || $1, 0)) as is_ours`;
