import { HeddleError } from "../../core/index.ts";
import {
  findClaudeEvent,
  ORCHESTRATOR_PAIRS,
  type ClaudeEvent,
} from "../../hooks/importers/claude/index.ts";
import { findPoint, namesOf, resolvePoint, type HookMatch } from "../../hooks/index.ts";

/** Everything that a hook's author may want to know of a name. */
export interface Explanation {
  readonly name: string;
  readonly point: string;
  readonly when: string;
  readonly subject: string;
  readonly outcomes: readonly string[];
  readonly also: readonly string[];
  /** What the name implies beyond its point. */
  readonly implied: HookMatch | null;
  /** Why it cannot occur here, if it cannot. */
  readonly never: string | null;
  readonly aliases: readonly string[];
  /** The contract of Claude Code for it, when the name is one of its events. */
  readonly claude: ClaudeContract | null;
}

interface ClaudeContract {
  readonly matcher: string | null;
  readonly exit2: string;
  readonly decides: string;
  readonly context: boolean;
  readonly types: readonly string[];
  readonly timeoutSeconds: number;
}

/**
 * Explains a point or an alias.
 * @throws HeddleError `POINT_UNKNOWN`
 */
export function explainName(name: string): Explanation {
  const resolved = resolvePoint(name);
  const point = resolved.ok ? findPoint(resolved.value.point) : undefined;
  if (!resolved.ok || point === undefined)
    throw new HeddleError("POINT_UNKNOWN", resolved.ok ? `Unknown point ${name}` : resolved.error, {
      hint: "See docs/hooks/points.md for every name.",
    });
  const { also = [], implied, never } = resolved.value;
  const event = findClaudeEvent(name);
  return {
    name,
    point: point.name,
    when: point.when,
    subject: point.subject,
    outcomes: ["continue", ...point.outcomes],
    also,
    implied: implied ?? null,
    never: never ?? null,
    aliases: namesOf(point.name).filter((each) => each !== point.name),
    claude: event === undefined ? null : contractOf(event),
  };
}

/** For people. */
export function renderExplanation(explained: Explanation): string {
  const { name, point, when, subject, outcomes, implied, never, aliases, also, claude } = explained;
  const lines = [
    name === point ? name : `${name} = ${[point, ...also].join(" and ")}`,
    `  ${when}.`,
    `  about: ${subject}`,
    `  outcomes with an effect: ${outcomes.join(", ")}`,
  ];
  if (implied !== null) lines.push(`  implies: ${JSON.stringify(implied)}`);
  if (never !== null) lines.push(`  cannot occur here: ${never}`);
  if (aliases.length > 0) lines.push(`  also called: ${aliases.join(", ")}`);
  if (claude !== null) lines.push(...renderContract(claude));
  return lines.join("\n");
}

function renderContract(contract: ClaudeContract): readonly string[] {
  return [
    "  by the contract of Claude Code:",
    `    matcher: ${contract.matcher ?? "ignored, the hook fires always"}`,
    `    exit code 2: ${contract.exit2 === "none" ? "blocks nothing" : contract.exit2}`,
    `    JSON that decides: ${contract.decides}`,
    `    additionalContext: ${contract.context ? "yes" : "no"}`,
    `    handlers: ${contract.types.join(", ")}; ${contract.timeoutSeconds} s unless set`,
  ];
}

function contractOf(event: ClaudeEvent): ClaudeContract {
  const isOurs = Object.hasOwn(ORCHESTRATOR_PAIRS, event.name);
  return {
    matcher: isOurs ? "type:, role:, status:, name: and their values" : (event.subject ?? null),
    exit2: event.exit2,
    decides: DECIDES[event.form],
    context: event.context,
    types: event.types,
    timeoutSeconds: event.timeoutS,
  };
}

const DECIDES: Readonly<Record<ClaudeEvent["form"], string>> = {
  permission: "permissionDecision allow, deny, ask, defer; updatedInput",
  permissionRequest: "decision.behavior allow, deny; updatedInput",
  permissionDenied: "retry: true",
  standard: 'decision: "block" with reason',
  elicitation: "action accept, decline, cancel; content",
  worktree: "none; the last line of stdout is the path",
  none: "none",
};
