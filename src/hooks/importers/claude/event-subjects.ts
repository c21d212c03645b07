import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/index.ts";
import { ORCHESTRATOR_PAIRS, type ClaudeEvent } from "./event-table.ts";

const TOKEN = /(?:type|role|status|name):/;

/**
 * What a matcher is tested against, read from the event itself, in order. An empty list with `hasMatcher` false means
 * that the event knows no matchers at all and a hook fires always.
 */
export function eventSubjects(
  event: ClaudeEvent,
  input: JsonObject,
  pattern: string,
): { readonly hasMatcher: boolean; readonly subjects: readonly string[] } {
  const isOrchestrator = Object.hasOwn(ORCHESTRATOR_PAIRS, event.name);
  const tokens = isOrchestrator || TOKEN.test(pattern) ? tokensOf(input, isOrchestrator) : [];
  const own = event.subject === undefined ? undefined : input[event.subject];
  const first = typeof own === "string" ? ownSubjects(event, own) : [];
  return {
    hasMatcher:
      event.subject !== undefined || isOrchestrator || (TOKEN.test(pattern) && tokens.length > 0),
    subjects: [...first, ...tokens],
  };
}

function ownSubjects(event: ClaudeEvent, value: string): readonly string[] {
  if (event.subject === "file_path") return [value.split(/[/\\]/).at(-1) ?? value];
  // A dispatch of an agent was called Task before; matchers of that time must still hit it.
  if (event.subject === "tool_name" && value === "Agent") return ["Agent", "Task"];
  return [value];
}

function tokensOf(input: JsonObject, withBareValues: boolean): readonly string[] {
  const type = fact(input, "task_type");
  const role = fact(input, "specialist", "specialist_role", "agent_type");
  const named: readonly (readonly [string, string | undefined])[] = [
    ["type", type],
    ["role", role],
    ["status", fact(input, "status")],
    ["name", fact(input, "task_subject", "task_name", "name")],
    ["from", fact(input, "from_role")],
    ["to", fact(input, "to_role")],
    ["kind", fact(input, "artifact_kind")],
  ];
  const tokens = named.flatMap(([key, value]) => (value === undefined ? [] : [`${key}:${value}`]));
  const bare = [type, role].filter((value) => value !== undefined);
  return withBareValues ? [...bare, ...tokens] : tokens;
}

/** Ours stand flat in the event and in its `orchestrator` block. */
function fact(input: JsonObject, ...keys: readonly string[]): string | undefined {
  const block = input["orchestrator"];
  const places: readonly JsonObject[] = isJsonObject(block) ? [input, block] : [input];
  for (const place of places)
    for (const key of keys) {
      const value: JsonValue | undefined = place[key];
      if (typeof value === "string") return value;
    }
  return undefined;
}
