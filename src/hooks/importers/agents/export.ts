import type { JsonObject, JsonValue } from "../../../core/index.ts";
import {
  findClaudeEvent,
  handlerKey,
  ORCHESTRATOR_PAIRS,
  type ClaudeEntry,
  type ClaudeSettings,
} from "../claude/index.ts";
import { renderSdkModule } from "./sdk-module.ts";

/** What hooks can be exported for: agent programs, and the library that programs are built with. */
export const EXPORT_TARGETS = ["claude", "claude-sdk", "codex", "copilot", "gemini"] as const;
export type ExportTarget = (typeof EXPORT_TARGETS)[number];

/** One file, as the target reads it. */
export interface ExportedHooks {
  /** Where the target looks for it, below the project's root. */
  readonly path: string;
  readonly content: JsonObject | string;
  /** What the target cannot take over, and why. */
  readonly left: readonly LeftBehind[];
}

export interface LeftBehind {
  readonly event: string;
  readonly because: string;
}

/** How the target reaches the hooks: it starts this program for each event. */
export interface RelayCommand {
  /** The program and its first words, `heddle` unless said otherwise. */
  readonly program: readonly string[];
  /** The configurations, as the program will find them. */
  readonly configs: readonly string[];
  /** Refuse when the hooks cannot be asked, whatever they say themselves. */
  readonly closed: boolean;
}

/** A moment of the set: its name in Claude Code's words, and what its relay needs. */
interface Moment {
  readonly event: string;
  readonly seconds: number;
  readonly closed: boolean;
}

/** Beside the hooks' own time: starting the relay and reading the configurations. */
const RELAY_SECONDS = 5;

const PATHS: Readonly<Record<ExportTarget, string>> = {
  claude: ".claude/settings.json",
  "claude-sdk": "heddle-hooks.mjs",
  codex: ".codex/hooks.json",
  copilot: ".github/hooks/heddle.json",
  gemini: ".gemini/settings.json",
};

/** The names that each program has for Claude Code's events; what is not here never happens there. */
const MOMENTS: Readonly<Record<"codex" | "copilot" | "gemini", Readonly<Record<string, string>>>> =
  {
    codex: Object.fromEntries(
      [
        ...["SessionStart", "PreToolUse", "PermissionRequest", "PostToolUse", "UserPromptSubmit"],
        ...["PreCompact", "PostCompact", "SubagentStart", "SubagentStop", "Stop"],
      ].map((name) => [name, name]),
    ),
    copilot: {
      SessionStart: "sessionStart",
      SessionEnd: "sessionEnd",
      UserPromptSubmit: "userPromptSubmitted",
      PreToolUse: "preToolUse",
      PostToolUse: "postToolUse",
      Stop: "agentStop",
      SubagentStop: "subagentStop",
      StopFailure: "errorOccurred",
    },
    gemini: {
      SessionStart: "SessionStart",
      SessionEnd: "SessionEnd",
      UserPromptSubmit: "BeforeAgent",
      Stop: "AfterAgent",
      PreToolUse: "BeforeTool",
      PostToolUse: "AfterTool",
      PreCompact: "PreCompress",
      Notification: "Notification",
    },
  };

/** The same hooks for another program: its own configuration, which asks them through `heddle hook relay`. */
export function exportHooks(
  target: ExportTarget,
  settings: readonly ClaudeSettings[],
  relay: RelayCommand,
): ExportedHooks {
  const path = PATHS[target];
  if (target === "claude") return { path, ...exportSettings(settings) };
  const moments = momentsOf(settings, relay.closed);
  if (target === "claude-sdk") {
    const words = [...relay.program, "hook", "relay", ...relay.configs, "--as", "claude"];
    return { path, content: renderSdkModule(words, moments), left: [] };
  }
  const names = MOMENTS[target];
  const known = moments.filter(({ event }) => Object.hasOwn(names, event));
  const hooks = Object.fromEntries(
    known.map((moment) => {
      const name = names[moment.event] ?? moment.event;
      return [name, [entryFor(target, name, moment, relay)]];
    }),
  );
  const content = target === "copilot" ? { version: 1, hooks } : { hooks };
  const left = moments
    .filter(({ event }) => !Object.hasOwn(names, event))
    .map(({ event }) => ({ event, because: `${target} has no such event` }));
  return { path, content, left };
}

function entryFor(
  target: "codex" | "copilot" | "gemini",
  name: string,
  { seconds, closed }: Moment,
  relay: RelayCommand,
): JsonObject {
  const words = [
    ...[...relay.program, "hook", "relay", ...relay.configs, "--as", target],
    ...(target === "copilot" ? ["--event", name] : []),
    ...(closed ? ["--closed"] : []),
  ];
  const command = words.map(quote).join(" ");
  const total = seconds + RELAY_SECONDS;
  switch (target) {
    case "codex":
      return { hooks: [{ type: "command", command, timeout: total }] };
    case "copilot":
      return { type: "command", bash: command, timeoutSec: total };
    case "gemini":
      return { hooks: [{ name: "heddle", type: "command", command, timeout: total * 1000 }] };
  }
}

/** Each event of the set once, with the longest time that one of its handlers may take. */
function momentsOf(settings: readonly ClaudeSettings[], closed: boolean): readonly Moment[] {
  const moments = new Map<string, Moment>();
  const isClosed = closed || settings.some((each) => each.failClosed === true);
  for (const entry of settings.flatMap((each) => each.entries)) {
    if (entry.handler.enabled === false) continue;
    const event = claudeName(entry.event);
    const known = moments.get(event);
    const seconds = entry.handler.timeout ?? findClaudeEvent(event)?.timeoutS ?? 600;
    moments.set(event, {
      event,
      seconds: Math.max(seconds, known?.seconds ?? 0),
      closed: isClosed || entry.handler.onFailure === "block" || known?.closed === true,
    });
  }
  return [...moments.values()];
}

/** Claude Code's own name for an event of either vocabulary. */
function claudeName(event: string): string {
  return ORCHESTRATOR_PAIRS[event]?.[0] ?? event;
}

/** Several configurations as one settings file: what Claude Code would run of them together. */
function exportSettings(
  settings: readonly ClaudeSettings[],
): Pick<ExportedHooks, "content" | "left"> {
  const left: LeftBehind[] = [];
  const known = new Set<string>();
  const hooks: Record<string, JsonValue[]> = {};
  for (const entry of settings.flatMap((each) => each.entries)) {
    const event = claudeName(entry.event);
    const because = whyNotSettings(entry, event);
    if (because !== undefined) {
      left.push({ event: entry.event, because });
      continue;
    }
    const key = JSON.stringify([event, entry.matcher ?? "", handlerKey(entry.handler)]);
    if (known.has(key)) continue;
    known.add(key);
    const matcher = entry.matcher === undefined ? {} : { matcher: entry.matcher };
    (hooks[event] ??= []).push({ ...matcher, hooks: [withoutOurs(entry)] });
  }
  const urls = settings.flatMap((each) => each.allowedHttpHookUrls ?? []);
  const hasUrls = settings.some((each) => each.allowedHttpHookUrls !== undefined);
  return { content: { hooks, ...(hasUrls ? { allowedHttpHookUrls: urls } : {}) }, left };
}

function whyNotSettings(entry: ClaudeEntry, event: string): string | undefined {
  if (entry.event !== event && entry.matcher !== undefined)
    return `its matcher is tested against tasks, and ${event} knows tools`;
  if (entry.file.pluginRoot !== undefined) return "a plugin's hooks stay with the plugin";
  return entry.handler.enabled === false ? "it is switched off" : undefined;
}

/** Without the keys that only Heddle knows. */
function withoutOurs({ handler }: ClaudeEntry): JsonObject {
  const rest = Object.entries(handler).filter(([key]) => key !== "enabled" && key !== "role");
  return Object.fromEntries(rest) as JsonObject; // as: a handler was read from JSON
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
