import { CLAUDE_ALIASES } from "../../aliases-claude.ts";

/** What a matcher of a step's hook may be tested against. */
export interface SubjectFacts {
  readonly step: string;
  readonly name?: string;
  readonly tool: string;
  readonly type: string;
  readonly role?: string;
  readonly status?: string;
}

const NATIVE = new Set(CLAUDE_ALIASES.map((alias) => alias.name));
const ABOUT_ROLES = new Set([
  "SpecialistAssign",
  "SpecialistComplete",
  "SubagentStart",
  "SubagentStop",
]);
const TOKEN = /(?:type|role|status|name):/;

/**
 * The subjects of an event, in order; a matcher hits if it hits any of them. Claude Code's own names give only the value
 * that Claude Code tests, so that a foreign regular expression cannot hit our tokens by accident; the tokens join in
 * when the matcher itself speaks of them.
 */
export function claudeSubjects(
  event: string,
  facts: SubjectFacts,
  pattern: string,
): readonly string[] {
  const isNative = NATIVE.has(event);
  const own = ABOUT_ROLES.has(event) ? facts.role : isNative ? facts.tool : facts.type;
  // A dispatch of an agent was called Task before; matchers of that time must still hit it.
  const older = isNative && own === "Agent" ? ["Task"] : [];
  const first = own === undefined ? [] : [own, ...older];
  return isNative && !TOKEN.test(pattern) ? first : [...first, ...tokens(facts)];
}

function tokens(facts: SubjectFacts): readonly string[] {
  const found = [`type:${facts.type}`];
  if (facts.role !== undefined) found.push(`role:${facts.role}`);
  if (facts.status !== undefined) found.push(`status:${facts.status}`);
  found.push(`name:${facts.name ?? facts.step}`);
  return found;
}
