import type { Hook } from "../../hooks/index.ts";
import { passesFilter } from "../hook-filter.ts";
import { hookExists, hookNotFound } from "../refusals.ts";
import type { Registry } from "../registry.ts";
import type { Database } from "./database.ts";
import { toColumn } from "./document.ts";

type HookMethods = Pick<
  Registry,
  "addHook" | "addHooks" | "findHook" | "listHooks" | "setHookEnabled" | "removeHook"
>;

export function createHookMethods(database: Database, tenant: string, actor: string): HookMethods {
  async function findHook(name: string): Promise<Hook | undefined> {
    const [row] = await database.query<HookRow>(SELECT_ONE, [tenant, toColumn(name)]);
    return row === undefined ? undefined : readHook(row);
  }

  async function addHooks(hooks: readonly Hook[]): Promise<void> {
    await database.transaction(async (queries) => {
      for (const [place, hook] of hooks.entries()) {
        const { name, on, enabled } = hook;
        const values = [tenant, toColumn(name), place, toColumn(on), enabled];
        const rows = await queries.query(INSERT, [...values, JSON.stringify(hook), actor]);
        if (rows.length === 0) throw hookExists(name);
      }
    });
  }

  return {
    findHook,
    addHooks,

    async addHook(hook) {
      await addHooks([hook]);
      return (await findHook(hook.name)) ?? hook;
    },

    async listHooks(filter = {}) {
      const rows = await database.query<HookRow>(LIST, [
        tenant,
        toColumn(filter.on),
        filter.enabled,
      ]);
      return rows.map(readHook).filter((hook) => passesFilter(hook, filter));
    },

    async setHookEnabled(name, enabled) {
      const action = enabled ? "hook.enabled" : "hook.disabled";
      await database.query(SET_ENABLED, [tenant, toColumn(name), enabled, actor, action]);
      const hook = await findHook(name);
      if (hook === undefined) throw hookNotFound(name);
      return hook;
    },

    async removeHook(name) {
      const rows = await database.query(REMOVE, [tenant, toColumn(name), actor]);
      return rows.length > 0;
    },
  };
}

interface HookRow {
  readonly enabled: boolean;
  readonly definition: string;
}

function readHook({ definition, enabled }: HookRow): Hook {
  const hook = JSON.parse(definition) as Hook; // as: only addHooks writes this column
  return { ...hook, enabled };
}

/** The first place of a name is what another registration of that name collides with. */
const INSERT = `
  with inserted as (
    insert into heddle.hooks (tenant, name, place, point, enabled, definition) values ($1, $2, $3, $4, $5, $6)
    on conflict (tenant, name, place) do nothing
    returning name, place, point, enabled
  ), logged as (
    insert into heddle.audit_log (actor, action, subject, details)
    select $7, 'hook.added', name, json_build_object('on', point, 'enabled', enabled)::text from inserted
  )
  select place from inserted`;

const SELECT_ONE = `
  select enabled, definition from heddle.hooks where tenant = $1 and name = $2 order by place limit 1`;

const LIST = `
  select enabled, definition from heddle.hooks
  where tenant = $1 and ($2::text is null or point = $2) and ($3::boolean is null or enabled = $3)
  order by position`;

const SET_ENABLED = `
  with changed as (
    update heddle.hooks set enabled = $3 where tenant = $1 and name = $2 and enabled <> $3 returning name
  )
  insert into heddle.audit_log (actor, action, subject, details)
  select distinct $4::text, $5::text, name, '{}' from changed`;

const REMOVE = `
  with removed as (
    delete from heddle.hooks where tenant = $1 and name = $2 returning name
  )
  insert into heddle.audit_log (actor, action, subject, details)
  select distinct $3::text, 'hook.removed', name, '{}' from removed
  returning id`;
