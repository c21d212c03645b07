import type { Hook } from "../../hooks/index.ts";
import { hookExists, hookNotFound } from "../refusals.ts";
import type { Registry } from "../registry.ts";
import type { Database } from "./database.ts";
import { toColumn } from "./document.ts";

type HookMethods = Pick<
  Registry,
  "addHook" | "findHook" | "listHooks" | "setHookEnabled" | "removeHook"
>;

export function createHookMethods(database: Database, actor: string): HookMethods {
  async function findHook(name: string): Promise<Hook | undefined> {
    const [row] = await database.query<HookRow>(SELECT_ONE, [toColumn(name)]);
    return row === undefined ? undefined : readHook(row);
  }

  return {
    findHook,

    async addHook(hook) {
      const definition = JSON.stringify(hook);
      const values = [toColumn(hook.name), toColumn(hook.on), hook.enabled, definition, actor];
      const [row] = await database.query<HookRow>(INSERT, values);
      if (row === undefined) throw hookExists(hook.name);
      return readHook(row);
    },

    async listHooks({ on, enabled } = {}) {
      const rows = await database.query<HookRow>(LIST, [toColumn(on), enabled]);
      return rows.map(readHook);
    },

    async setHookEnabled(name, enabled) {
      const action = enabled ? "hook.enabled" : "hook.disabled";
      await database.query(SET_ENABLED, [toColumn(name), enabled, actor, action]);
      const hook = await findHook(name);
      if (hook === undefined) throw hookNotFound(name);
      return hook;
    },

    async removeHook(name) {
      const rows = await database.query(REMOVE, [toColumn(name), actor]);
      return rows.length > 0;
    },
  };
}

interface HookRow {
  readonly enabled: boolean;
  readonly definition: string;
}

function readHook({ definition, enabled }: HookRow): Hook {
  const hook = JSON.parse(definition) as Hook; // as: only addHook writes this column
  return { ...hook, enabled };
}

const INSERT = `
  with inserted as (
    insert into heddle.hooks (name, point, enabled, definition) values ($1, $2, $3, $4)
    on conflict (name) do nothing
    returning name, point, enabled, definition
  ), logged as (
    insert into heddle.audit_log (actor, action, subject, details)
    select $5, 'hook.added', name, json_build_object('on', point, 'enabled', enabled)::text from inserted
  )
  select enabled, definition from inserted`;

const SELECT_ONE = `
  select enabled, definition from heddle.hooks where name = $1`;

const LIST = `
  select enabled, definition from heddle.hooks
  where ($1::text is null or point = $1) and ($2::boolean is null or enabled = $2)
  order by position`;

const SET_ENABLED = `
  with changed as (
    update heddle.hooks set enabled = $2 where name = $1 and enabled <> $2 returning name
  )
  insert into heddle.audit_log (actor, action, subject, details)
  select $3, $4, name, '{}' from changed`;

const REMOVE = `
  with removed as (
    delete from heddle.hooks where name = $1 returning name
  )
  insert into heddle.audit_log (actor, action, subject, details)
  select $2, 'hook.removed', name, '{}' from removed
  returning id`;
