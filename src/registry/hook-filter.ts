import { isJsonArray } from "../core/index.ts";
import type { Hook } from "../hooks/index.ts";
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

/** `metadata.tags`, what of it is text. */
export function tagsOf({ metadata }: Pick<Hook, "metadata">): readonly string[] {
  const tags = metadata?.["tags"];
  return isJsonArray(tags) ? tags.filter((tag) => typeof tag === "string") : [];
}

/** `metadata.retentionPriority`: how long the ledger keeps what this hook did, 0 unless it says otherwise. */
export function retentionPriorityOf({ metadata }: Pick<Hook, "metadata">): number {
  const priority = metadata?.["retentionPriority"];
  const isUsable = typeof priority === "number" && Number.isInteger(priority);
  return isUsable && Math.abs(priority) <= 1_000_000 ? priority : 0;
}

/** The key that makes a handler what it is: `command`, `http`, `function`, `all` ... */
export function handlerKind({ handler }: Pick<Hook, "handler">): string {
  return Object.keys(handler).find((key) => KINDS.has(key)) ?? "unknown";
}

const KINDS: ReadonlySet<string> = new Set([
  "command",
  "http",
  "function",
  "builtin",
  "pattern",
  "mcp",
  "prompt",
  "agent",
  "all",
  "parallel",
  "firstMatch",
  "vote",
]);
