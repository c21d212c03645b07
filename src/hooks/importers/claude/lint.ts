import type { Issue, JsonValue } from "../../../core/index.ts";
import { CLAUDE_ALIASES } from "../../aliases-claude.ts";
import { findClaudeEvent, type ClaudeEvent } from "./event-table.ts";
import { unknownHandlerKeys, type ClaudeCommandHandler } from "./handler.ts";
import { lintMatcher } from "./lint-matcher.ts";
import { parsePermissionRule } from "./permission-rule.ts";
import {
  createReader,
  readClaudeSettings,
  type ClaudeEntry,
  type ConfigFile,
  type Report,
} from "./settings.ts";

/** Variables that many published files use and that were never set by anyone. */
const NO_SUCH_VARIABLES =
  /\$\{?(CLAUDE_TOOL_INPUT_FILE_PATH|CLAUDE_TOOL_FILE_PATH|CLAUDE_TOOL_INPUT|CLAUDE_TOOL_NAME|CLAUDE_FILE_PATHS|CLAUDE_FILE_PATH|CLAUDE_TOOL_OUTPUT|CLAUDE_CODE_ACTIVE)\b/g;
const ENV_FILE_EVENTS = new Set([
  "SessionStart",
  "Setup",
  "CwdChanged",
  "FileChanged",
  "OrchestratorInitialize",
]);
/** Ten minutes is the default; what is longer than a thousand seconds was meant as milliseconds more often than not. */
const SUSPICIOUS_SECONDS = 1000;

/** Everything that is wrong or surprising in a configuration, with its place. Errors and warnings do not stop the rest. */
export function lintClaudeSettings(value: JsonValue, file: ConfigFile): readonly Issue[] {
  const settings = readClaudeSettings(value, file);
  const reader = createReader(file);
  for (const entry of settings.entries) lintEntry(entry, reader.report);
  for (const event of new Set(settings.entries.map((entry) => entry.event)))
    lintEvent(event, reader.report);
  return [...settings.issues, ...reader.issues].sort(
    (left, right) => left.line - right.line || left.column - right.column,
  );
}

function lintEvent(event: string, report: Report): void {
  const path = ["hooks", event];
  const never = CLAUDE_ALIASES.find((alias) => alias.name === event)?.never;
  if (never !== undefined)
    report(
      "event-never-fires",
      "info",
      path,
      `${event} is accepted and does not occur in a run: ${never}`,
      "It runs when an agent inside a step reports the event.",
    );
  if (event === "TaskComplete")
    report(
      "task-complete",
      "info",
      path,
      "TaskComplete is the orchestrator's event; Claude Code's own is \"TaskCompleted\", with a d",
      "Both work here; in Claude Code itself only TaskCompleted does.",
    );
}

function lintEntry(entry: ClaudeEntry, report: Report): void {
  const event = findClaudeEvent(entry.event);
  if (event === undefined) return;
  if (entry.matcher !== undefined)
    lintMatcher(entry.matcher, event, (code, severity, message, hint) => {
      report(code, severity, [...entry.path.slice(0, -2), "matcher"], message, hint);
    });
  lintHandler(entry, event, report);
  if (entry.handler.type === "command") lintCommand(entry, event, entry.handler, report);
}

function lintHandler(entry: ClaudeEntry, event: ClaudeEvent, report: Report): void {
  const { handler, path } = entry;
  for (const key of unknownHandlerKeys(handler))
    report(
      "unknown-key",
      "info",
      [...path, key],
      `No handler knows the key "${key}"`,
      "It is ignored.",
    );
  if (handler.timeout !== undefined && handler.timeout > SUSPICIOUS_SECONDS)
    report(
      "timeout-milliseconds",
      "warning",
      [...path, "timeout"],
      `A timeout of ${handler.timeout} is in seconds: ${Math.round(handler.timeout / 60)} minutes`,
      `Write ${handler.timeout / 1000} if milliseconds were meant.`,
    );
  if (handler.once !== undefined)
    report(
      "once-ignored",
      "warning",
      [...path, "once"],
      '"once" has an effect only in the frontmatter of a skill',
      "Keep a marker file in the hook itself.",
    );
  if (handler.if !== undefined) lintRule(handler.if, event, [...path, "if"], report);
  if (!event.types.includes(handler.type))
    report(
      "type-never-runs",
      "warning",
      [...path, "type"],
      `A handler of type ${handler.type} never runs on ${event.name}`,
      `Use one of ${event.types.join(", ")}.`,
    );
}

function lintRule(
  rule: string,
  event: ClaudeEvent,
  path: readonly (string | number)[],
  report: Report,
): void {
  if (!event.hasTool)
    report(
      "if-never-runs",
      "warning",
      path,
      `"if" on ${event.name} means that the hook never runs`,
      "Permission rules exist only on events about tools; test the condition in the hook.",
    );
  else if (parsePermissionRule(rule) === undefined)
    report(
      "if-invalid",
      "warning",
      path,
      `${JSON.stringify(rule)} is not a permission rule`,
      "Write one rule such as Bash(git *) or Edit(*.ts); the hook runs without regard to it.",
    );
}

function lintCommand(
  entry: ClaudeEntry,
  event: ClaudeEvent,
  handler: ClaudeCommandHandler,
  report: Report,
): void {
  const path = [...entry.path, "command"];
  const text = [handler.command, ...(handler.args ?? [])].join(" ");
  for (const name of new Set([...text.matchAll(NO_SUCH_VARIABLES)].map((found) => found[1])))
    report(
      "no-such-variable",
      "warning",
      path,
      `The variable ${name ?? ""} does not exist; it reads as empty`,
      "Read the event from stdin, e.g. jq -r .tool_input.file_path.",
    );
  if (/\$\{?CLAUDE_ENV_FILE\b/.test(text) && !ENV_FILE_EVENTS.has(event.name))
    report(
      "no-such-variable",
      "warning",
      path,
      `CLAUDE_ENV_FILE is not set on ${event.name}`,
      `It exists on ${[...ENV_FILE_EVENTS].join(", ")}.`,
    );
  if (isRelativeScript(handler))
    report(
      "relative-path",
      "info",
      path,
      "A relative path is looked for in the session's current folder, which changes",
      'Write "$CLAUDE_PROJECT_DIR"/path/to/script.',
    );
  lintDecisions(event, text, path, report);
}

function isRelativeScript(handler: ClaudeCommandHandler): boolean {
  return /^(?:\.{1,2}\/|[\w-]+\/)/.test(handler.command);
}

/** A decision written into the command itself, at an event that cannot be steered by it. */
function lintDecisions(
  event: ClaudeEvent,
  text: string,
  path: readonly (string | number)[],
  report: Report,
): void {
  const denies =
    text.includes("permissionDecision") || /\\?"decision\\?"\s*:\s*\\?"block/.test(text);
  if (denies && !["permission", "standard"].includes(event.form))
    report(
      "cannot-block",
      "warning",
      path,
      `A decision in JSON has no effect on ${event.name}`,
      event.exit2 === "none"
        ? "Nothing can block there."
        : "Use exit code 2 with the reason on stderr.",
    );
  if (text.includes("permissionDecision") && event.form === "standard")
    report(
      "cannot-block",
      "warning",
      path,
      `permissionDecision has no effect on ${event.name}`,
      'Write {"decision": "block", "reason": "..."} there.',
    );
  if (/\bexit 2\b/.test(text) && event.exit2 === "none")
    report(
      "cannot-block",
      "warning",
      path,
      `Exit code 2 has no effect on ${event.name}`,
      "Nothing can block there; the hook's stderr is at most shown.",
    );
  if (/\bexit 1\b/.test(text) && event.exit2 !== "none" && event.form !== "worktree")
    report(
      "exit-1",
      "warning",
      path,
      "Exit code 1 blocks nothing: the action proceeds and an error is shown",
      "Use exit code 2 to block.",
    );
}
