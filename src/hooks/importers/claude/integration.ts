import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/index.ts";
import { ORCHESTRATOR_PAIRS } from "./event-table.ts";

/** Who handles an event that Claude Code and the orchestrator both see. */
export type DeduplicationStrategy =
  "orchestrator_priority" | "claude_code_priority" | "first_wins" | "both";

/** The `integration` block of a configuration that both read. */
export interface Integration {
  /** Events that Claude Code has caused are its own. */
  readonly isAware: boolean;
  readonly strategy: DeduplicationStrategy;
  /** Another file whose hooks belong to this configuration. */
  readonly sharedPath?: string;
}

const STRATEGIES: readonly DeduplicationStrategy[] = [
  "orchestrator_priority",
  "claude_code_priority",
  "first_wins",
  "both",
];

/** Without a block nothing is shared, and everything runs here. */
export const NOT_SHARED: Integration = { isAware: false, strategy: "orchestrator_priority" };

/** Reads the block; a strategy that nobody knows counts as the default. */
export function readIntegration(value: JsonValue | undefined): Integration | undefined {
  if (!isJsonObject(value)) return undefined;
  const { deduplication_strategy: named, shared_hooks_path: path } = value;
  return {
    isAware: value["claude_code_aware"] === true,
    strategy: STRATEGIES.find((strategy) => strategy === named) ?? NOT_SHARED.strategy,
    ...(typeof path === "string" && path !== "" ? { sharedPath: path } : {}),
  };
}

/** Events that only the orchestrator has: nobody else can handle them. */
const OWN_EVENTS: ReadonlySet<string> = new Set([
  "SpecialistAssign",
  "TaskBreakdown",
  "ArtifactSave",
  "MaintenanceRun",
  "ContextSwitch",
  "DependencyResolve",
]);

/**
 * Why an event is left to Claude Code, or undefined when it is handled here.
 * @param isPresent - Claude Code itself runs beside us
 */
export function leftToClaude(
  { isAware, strategy }: Integration,
  name: string,
  event: JsonObject,
  isPresent: boolean,
): string | undefined {
  if (!isAware) return undefined;
  if (triggerOf(event) === "claude_code")
    return "the event was caused by Claude Code, which has handled it";
  const isMapped = !(Object.hasOwn(ORCHESTRATOR_PAIRS, name) && OWN_EVENTS.has(name));
  return strategy === "claude_code_priority" && isPresent && isMapped
    ? "Claude Code runs and handles this event (claude_code_priority)"
    : undefined;
}

/** What tells one event from another for `first_wins`; undefined when the event says nothing of the kind. */
export function eventKey(name: string, event: JsonObject): string | undefined {
  const block = event["orchestrator"];
  const own = isJsonObject(block) ? block["event_id"] : undefined;
  if (typeof own === "string") return own;
  const { session_id: session, tool_use_id: call } = event;
  return typeof session === "string" && typeof call === "string"
    ? `${session}/${name}/${call}`
    : undefined;
}

function triggerOf(event: JsonObject): JsonValue | undefined {
  const block = event["orchestrator"];
  return event["triggered_by"] ?? (isJsonObject(block) ? block["triggered_by"] : undefined);
}
