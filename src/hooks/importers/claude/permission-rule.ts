import type { JsonObject } from "../../../core/index.ts";
import { matchesPathRule } from "./path-rule.ts";
import { splitShellCommands } from "./shell-commands.ts";

/** Beyond it a command line is not taken apart; its guard runs. */
const MAX_COMMAND_LENGTH = 20_000;

/** One permission rule: `Bash(git *)`, `Edit(*.ts)`, `WebFetch(domain:example.com)`, `mcp__memory`. */
export interface PermissionRule {
  readonly tool: string;
  readonly specifier?: string;
}

/** Undefined when it is no rule. */
export function parsePermissionRule(text: string): PermissionRule | undefined {
  const found = /^\s*([^()\s]+)\s*(?:\(([^]*)\))?\s*$/.exec(text.slice(0, 1000));
  const [, tool, specifier] = found ?? [];
  if (tool === undefined) return undefined;
  return specifier === undefined || specifier === "" || specifier === "*"
    ? { tool }
    : { tool, specifier };
}

/** The field of a tool's input that a specifier talks about, for tools without rules of their own. */
const MAIN_FIELDS = [
  "command",
  "query",
  "pattern",
  "url",
  "skill",
  "subagent_type",
  "prompt",
] as const;
const PATH_TOOLS = new Set([
  "Read",
  "Edit",
  "Write",
  "MultiEdit",
  "NotebookEdit",
  "NotebookRead",
  "Glob",
  "Grep",
  "LS",
]);

/** Whether a rule covers a call of a tool. What cannot be told counts as covered: a guard rather runs once too often. */
export function coversCall(
  rule: PermissionRule,
  tool: string,
  input: JsonObject,
  places: { readonly cwd: string; readonly home: string | undefined },
): boolean {
  if (!coversTool(rule.tool, tool)) return false;
  const { specifier } = rule;
  if (specifier === undefined) return true;
  if (tool === "Bash") return coversCommand(specifier, input["command"]);
  if (PATH_TOOLS.has(tool)) {
    const path = input["file_path"] ?? input["notebook_path"] ?? input["path"];
    return typeof path !== "string" || matchesPathRule(specifier, path, places);
  }
  if (specifier.startsWith("domain:")) return coversDomain(specifier.slice(7), input["url"]);
  const field = MAIN_FIELDS.map((name) => input[name]).find((value) => typeof value === "string");
  return field === undefined || matchesGlobText(specifier, field);
}

function coversTool(named: string, tool: string): boolean {
  if (named === tool || (named === "Task" && tool === "Agent")) return true;
  if (!named.startsWith("mcp__")) return false;
  return tool.startsWith(`${named}__`) || matchesGlobText(named, tool);
}

function coversCommand(specifier: string, command: unknown): boolean {
  if (typeof command !== "string" || command.length > MAX_COMMAND_LENGTH) return true;
  const { commands, isDynamic, isBroken } = splitShellCommands(command);
  if (isBroken) return true;
  // What a substitution gives may be the very argument that the rule is about.
  if (isDynamic && isMoreThanName(specifier)) return true;
  // Blanks and tabs in any number part words, whatever the rule's author wrote.
  return commands.some(
    (each) =>
      matchesCommand(specifier, each) || matchesCommand(specifier, each.replace(/\s+/g, " ")),
  );
}

function isMoreThanName(specifier: string): boolean {
  return !/^[^\s*:]+(?:\s\*|:\*)?$/.test(specifier);
}

/** `x:*` and `x *` both mean `x` alone and `x` with arguments, never `xy`. */
function matchesCommand(specifier: string, command: string): boolean {
  const prefix = /^(.*?)(?::\*|\s\*)$/s.exec(specifier)?.[1];
  if (prefix !== undefined && matchesGlobText(prefix, command)) return true;
  return matchesGlobText(prefix === undefined ? specifier : `${prefix} *`, command);
}

function coversDomain(domain: string, url: unknown): boolean {
  if (typeof url !== "string") return true;
  const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?([^/:?#]+)/i.exec(url)?.[1];
  return host === undefined || matchesGlobText(domain.toLowerCase(), host.toLowerCase());
}

/** A star only: braces, question marks and bars are plain characters of commands. */
function matchesGlobText(pattern: string, text: string): boolean {
  const parts = pattern.split("*");
  if (parts.length === 1) return pattern === text;
  const [first = "", ...rest] = parts;
  const last = rest.pop() ?? "";
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last))
    return false;
  let from = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, from);
    if (found < 0 || found + part.length > text.length - last.length) return false;
    from = found + part.length;
  }
  return true;
}
