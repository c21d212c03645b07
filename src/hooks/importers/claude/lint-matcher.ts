import type { Severity } from "../../../core/index.ts";
import { ORCHESTRATOR_PAIRS, type ClaudeEvent } from "./event-table.ts";
import { parseClaudeMatcher } from "./matcher.ts";

type Say = (code: string, severity: Severity, message: string, hint: string) => void;

const TOKEN = /(?:^|[|(,\s])(?:type|role|status|name):/;

/** What surprises people about matchers. */
export function lintMatcher(pattern: string, event: ClaudeEvent, say: Say): void {
  const matcher = parseClaudeMatcher(pattern, event.name);
  if (matcher.kind === "all") return;
  const isOrchestrator = Object.hasOwn(ORCHESTRATOR_PAIRS, event.name);
  if (event.subject === undefined && !isOrchestrator && !TOKEN.test(pattern)) {
    say(
      "matcher-ignored",
      "info",
      `${event.name} has no matcher: ${JSON.stringify(pattern)} is ignored and the hook fires always`,
      "Leave the matcher out, or test the condition in the hook.",
    );
    return;
  }
  if (matcher.kind === "names") lintNames(matcher.names, say);
  else lintRegex(pattern, isOrchestrator, say);
}

function lintNames(names: readonly string[], say: Say): void {
  for (const name of names)
    if (/^mcp__[^_]+(?:_[^_]+)*$/.test(name))
      say(
        "matches-nothing",
        "warning",
        `${JSON.stringify(name)} is an exact name and no tool has it: tools of a server are mcp__<server>__<tool>`,
        `Write ^${name}__ to match every tool of that server.`,
      );
}

function lintRegex(pattern: string, isOrchestrator: boolean, say: Say): void {
  try {
    new RegExp(pattern);
  } catch (error) {
    say(
      "invalid-regex",
      "error",
      `${JSON.stringify(pattern)} is not a regular expression: ${error instanceof Error ? error.message : "unreadable"}`,
      "The hook matches nothing until it is mended.",
    );
    return;
  }
  if (/(?:^|[^\\])\(\s*(?:git|npm|rm|[a-z]+)\*?\)/.test(pattern) && /^[A-Z]\w+\(/.test(pattern)) {
    say(
      "matches-nothing",
      "warning",
      `${JSON.stringify(pattern)} is a permission rule; as a matcher it is a regular expression that no tool's name fits`,
      'Match the tool\'s name and put the rule into "if".',
    );
    return;
  }
  if (/\|\||&&|==/.test(pattern)) {
    say(
      "matches-surprisingly",
      "warning",
      pattern.includes("||")
        ? `${JSON.stringify(pattern)} has an empty alternative and matches everything`
        : `${JSON.stringify(pattern)} is a regular expression, not a condition, and matches nothing`,
      "Write the names: Edit|Write.",
    );
    return;
  }
  if (isOrchestrator && pattern.includes(",")) {
    say(
      "matches-nothing",
      "warning",
      `${JSON.stringify(pattern)} is a regular expression with a comma in it and matches nothing`,
      "Write type:implementation|role:tester; a list with commas exists for plain names only.",
    );
    return;
  }
  if (!pattern.includes("^") && !pattern.includes("$"))
    say(
      "not-anchored",
      "warning",
      `${JSON.stringify(pattern)} is a regular expression that may match anywhere in the name`,
      `Write ^${pattern.includes("|") ? `(${pattern})` : pattern}$ to match whole names.`,
    );
}
