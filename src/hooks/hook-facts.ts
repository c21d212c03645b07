import { isJsonArray } from "../core/index.ts";
import type { Hook } from "./hook.ts";

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
