import type { Issue } from "../../core/index.ts";
import {
  DEFAULT_ROLE,
  describeHandler,
  lintClaudeSettings,
  readClaudeSettings,
  toRegistrations,
  type ClaudeEntry,
} from "../../hooks/importers/claude/index.ts";
import { resolvePoint, type HookRegistration } from "../../hooks/index.ts";
import { readConfig } from "./read-config.ts";

/** What a configuration holds and what is wrong or surprising in it. */
export interface ImportReport {
  readonly file: string;
  /** Nothing in it is lost. */
  readonly valid: boolean;
  readonly issues: readonly Issue[];
  readonly hooks: readonly {
    readonly event: string;
    /** The point at which it fires here; null when it cannot occur in a run. */
    readonly point: string | null;
    readonly matcher: string | null;
    readonly handler: string;
    readonly line: number;
  }[];
  /** The same hooks as a pattern's `hooks:` takes them; they keep their contract (`protocol: claude`). */
  readonly registrations: readonly HookRegistration[];
}

/** Reads and lints one configuration. */
export async function importConfig(given: string, cwd: string): Promise<ImportReport> {
  const { file, value, broken } = await readConfig(given, cwd);
  if (value === undefined) {
    const issue: Issue = {
      code: "not-json",
      severity: "error",
      path: "",
      line: broken?.line ?? 1,
      column: broken?.column ?? 1,
      message: `Not JSON: ${broken?.message ?? "empty"}`,
      hint: "Nothing in this file counts until it is mended.",
    };
    return { file: given, valid: false, issues: [issue], hooks: [], registrations: [] };
  }
  const settings = readClaudeSettings(value, file);
  const issues = [...lintClaudeSettings(value, file), ...settings.entries.flatMap(describeNeed)];
  return {
    file: given,
    valid: issues.every((issue) => issue.severity !== "error"),
    issues,
    hooks: settings.entries.map((entry) => ({
      event: entry.event,
      point: pointOf(entry.event),
      matcher: entry.matcher ?? null,
      handler: describeHandler(entry.handler),
      line: file.locate(entry.path).line,
    })),
    registrations: toRegistrations([settings]),
  };
}

/** Some handlers need somebody that no file can bring along. */
function describeNeed({ handler, file, path }: ClaudeEntry): readonly Issue[] {
  const place = { severity: "warning", path: "", ...file.locate(path) } as const;
  if (handler.type === "mcp_tool")
    return [
      {
        ...place,
        code: "needs-server",
        message: `The tool ${handler.tool} is called on the MCP server ${JSON.stringify(handler.server)}`,
        hint: "List that server under `mcpServers` in the worker's configuration.",
      },
    ];
  if (handler.type !== "prompt" && handler.type !== "agent") return [];
  return [
    {
      ...place,
      code: "needs-role",
      message: `A handler of type ${handler.type} is answered by the role ${JSON.stringify(handler.role ?? DEFAULT_ROLE)} of the pattern that takes it`,
      hint: "Declare that role under `agents`; its handler gets { prompt, event } and answers { ok, reason }.",
    },
  ];
}

function pointOf(event: string): string | null {
  const resolved = resolvePoint(event);
  return resolved.ok && resolved.value.never === undefined ? resolved.value.point : null;
}
