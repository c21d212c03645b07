import { handlerKind, tagsOf, type Hook } from "../../hooks/index.ts";
import { renderTable } from "../table.ts";

/** What lists show of a hook. */
export function headOf(hook: Hook): object {
  const { name, on, alias, priority, mode, onError, enabled, source, protocol, match } = hook;
  return {
    name,
    point: on,
    ...(alias === undefined ? {} : { alias }),
    ...(match === undefined ? {} : { match }),
    priority,
    mode,
    onError,
    enabled,
    source,
    protocol,
    handler: handlerKind(hook),
    tags: tagsOf(hook),
  };
}

export function renderHooks(hooks: readonly Hook[]): string {
  if (hooks.length === 0) return "no hooks";
  return renderTable(
    ["NAME", "POINT", "PRIORITY", "HANDLER", "SOURCE", "ENABLED"],
    hooks.map((hook) => [
      hook.name,
      hook.on,
      String(hook.priority),
      handlerKind(hook),
      hook.source,
      hook.enabled ? "yes" : "no",
    ]),
  );
}
