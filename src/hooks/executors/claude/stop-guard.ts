import type { JsonObject } from "../../../core/index.ts";
import type { ClaudeDecision } from "../../importers/claude/index.ts";

const DEFAULT_CAP = 8;
const GUARDED: ReadonlySet<string> = new Set([
  "Stop",
  "SubagentStop",
  "TaskComplete",
  "SpecialistComplete",
]);

/** Keeps hooks from holding a session open for ever. */
export interface StopGuard {
  /** Tells a stop event whether the session goes on because of a hook already. */
  mark(event: JsonObject): JsonObject;
  /** Counts refusals in a row; past the cap the stop happens anyway. */
  settle(
    event: JsonObject,
    decision: ClaudeDecision,
  ): { readonly decision: ClaudeDecision; readonly warning: readonly string[] };
}

/** @param cap - `CLAUDE_CODE_STOP_HOOK_BLOCK_CAP`; 0 switches the guard off */
export function createStopGuard(cap: string | undefined): StopGuard {
  const limit = cap !== undefined && /^\d+$/.test(cap) ? Number(cap) : DEFAULT_CAP;
  const refusals = new Map<string, number>();
  return {
    mark(event) {
      const key = keyOf(event);
      if (event["hook_event_name"] === "UserPromptSubmit") refusals.clear();
      if (key === undefined) return event;
      const goesOn = event["stop_hook_active"] === true || (refusals.get(key) ?? 0) > 0;
      return { ...event, stop_hook_active: goesOn };
    },
    settle(event, decision) {
      const key = keyOf(event);
      if (key === undefined) return { decision, warning: [] };
      const count = decision.outcome === "block" ? (refusals.get(key) ?? 0) + 1 : 0;
      const isOver = limit > 0 && count > limit;
      refusals.set(key, isOver ? 0 : count);
      if (!isOver) return { decision, warning: [] };
      const { context } = decision;
      return {
        decision: { outcome: "none", ...(context === undefined ? {} : { context }) },
        warning: [`hooks refused to stop ${limit} times in a row: it stops anyway`],
      };
    },
  };
}

function keyOf(event: JsonObject): string | undefined {
  const { hook_event_name: name, agent_id: agent } = event;
  return typeof name === "string" && GUARDED.has(name)
    ? JSON.stringify([name, agent ?? null])
    : undefined;
}
