import { handlerKind, tagsOf, type Hook } from "../hooks/index.ts";
import type { HookFilter } from "./registry.ts";

/** Whether a hook is one of those that a list asks for: everything given must hold. */
export function passesFilter(hook: Hook, filter: HookFilter): boolean {
  const { on, enabled, priority, tag, source, handler } = filter;
  return (
    (on === undefined || hook.on === on) &&
    (enabled === undefined || hook.enabled === enabled) &&
    (priority === undefined || hook.priority === priority) &&
    (tag === undefined || tagsOf(hook).includes(tag)) &&
    (source === undefined || hook.source === source) &&
    (handler === undefined || handlerKind(hook) === handler)
  );
}
