import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../../core/index.ts";
import type { HookRegistration } from "../../document.ts";
import type { Hook } from "../../hook.ts";
import { findClaudeEvent } from "./event-table.ts";
import { isBackground, type ClaudeHandler } from "./handler.ts";
import { readIntegration, type Integration } from "./integration.ts";
import type { ClaudeEntry, ClaudeSettings } from "./settings.ts";

/** Who answers questions where a configuration does not say: a role that the pattern declares. */
export const DEFAULT_ROLE = "judge";
/** Seconds that a question may take, when its handler does not say. */
const QUESTION_SECONDS = { prompt: 30, agent: 60 } as const;

/** What a configuration says of all its HTTP handlers; it travels with each of them. */
export interface HttpRules {
  /** Each list must let an address through. */
  readonly allowedUrls: readonly (readonly string[])[];
  readonly allowedNames: readonly string[] | undefined;
}

/** Claude Code's entries as registrations that a pattern or the registry takes; they keep that contract when they run. */
export function toRegistrations(
  settings: readonly Pick<
    ClaudeSettings,
    "entries" | "allowedHttpHookUrls" | "httpHookAllowedEnvVars" | "failClosed" | "integration"
  >[],
): readonly HookRegistration[] {
  const names = new Set<string>();
  const isClosed = settings.some((each) => each.failClosed === true);
  const rules = describeRules(settings);
  const shared = settings.findLast((each) => each.integration !== undefined)?.integration;
  const more: JsonObject = {
    ...(shared?.isAware === true ? { claudeShared: shared.strategy } : {}),
  };
  return settings
    .flatMap((each) => each.entries)
    .map((entry) => ({
      ...describe(entry, nameOf(entry, names), isClosed, rules, more),
      handler: toHandler(entry),
    }));
}

/** The rules that came with an imported hook. */
export function httpRulesOf({ metadata }: Hook): HttpRules {
  const rules = metadata?.["claudeHttp"];
  const { urls, variables } = isJsonObject(rules ?? null) ? (rules as JsonObject) : {}; // as: just tested
  return {
    allowedUrls: urls === undefined ? [] : [textsOf(urls)],
    allowedNames: variables === undefined ? undefined : textsOf(variables),
  };
}

/** How the hook's configuration shares events with Claude Code; undefined when it shares none. */
export function integrationOf({ metadata }: Hook): Integration | undefined {
  const strategy = metadata?.["claudeShared"];
  return strategy === undefined
    ? undefined
    : readIntegration({ claude_code_aware: true, deduplication_strategy: strategy });
}

function textsOf(value: JsonValue): readonly string[] {
  return isJsonArray(value) ? value.filter((each) => typeof each === "string") : [];
}

/** The lists of several files add up, as the contract has it; a file without one says nothing. */
function describeRules(
  settings: readonly Pick<ClaudeSettings, "allowedHttpHookUrls" | "httpHookAllowedEnvVars">[],
): JsonObject {
  const union = (
    lists: readonly (readonly string[] | undefined)[],
  ): readonly string[] | undefined => {
    const given = lists.filter((list) => list !== undefined);
    return given.length === 0 ? undefined : given.flat();
  };
  const urls = union(settings.map((each) => each.allowedHttpHookUrls));
  const variables = union(settings.map((each) => each.httpHookAllowedEnvVars));
  return {
    ...(urls === undefined ? {} : { urls }),
    ...(variables === undefined ? {} : { variables }),
  };
}

function describe(
  entry: ClaudeEntry,
  name: string,
  isClosed: boolean,
  rules: JsonObject,
  more: JsonObject,
): Omit<HookRegistration, "handler"> {
  const { handler, matcher, event } = entry;
  const hasRules = handler.type === "http" && Object.keys(rules).length > 0;
  return {
    name,
    on: event,
    ...(matcher === undefined || matcher === "" || matcher === "*"
      ? {}
      : { match: { claude: matcher } }),
    timeout: `${handler.timeout ?? defaultSeconds(entry)}s`,
    ...(isBackground(handler) ? { mode: "async" as const } : {}),
    ...(handler.onFailure === "block" || isClosed ? { onError: "closed" as const } : {}),
    ...(handler.enabled === false ? { enabled: false } : {}),
    protocol: "claude",
    metadata: { claude: toJson(handler), ...(hasRules ? { claudeHttp: rules } : {}), ...more },
  };
}

function defaultSeconds({ handler, event }: ClaudeEntry): number {
  if (handler.type === "prompt" || handler.type === "agent") return QUESTION_SECONDS[handler.type];
  return findClaudeEvent(event)?.timeoutS ?? 600;
}

function toHandler({ handler, file }: ClaudeEntry): HookRegistration["handler"] {
  const root = file.pluginRoot;
  const env = root === undefined ? {} : { env: { CLAUDE_PLUGIN_ROOT: root } };
  switch (handler.type) {
    case "command":
      return {
        command: handler.args === undefined ? handler.command : [handler.command, ...handler.args],
        ...env,
      };
    case "http":
      return { http: { url: handler.url } };
    case "mcp_tool":
      return { mcp: { server: handler.server, tool: handler.tool, input: handler.input ?? {} } };
    case "prompt":
    case "agent":
      return { prompt: handler.prompt, role: handler.role ?? DEFAULT_ROLE };
  }
}

/** `PreToolUse-guard`, and a number where that is taken. */
function nameOf({ event, handler }: ClaudeEntry, taken: Set<string>): string {
  const said =
    handler.type === "http"
      ? handler.url
      : handler.type === "command"
        ? handler.command
        : handler.type;
  const file = /([\w-]+)\.(?:sh|py|js|mjs|cjs|ts|rb|pl)\b/.exec(said)?.[1];
  const word = file ?? /[A-Za-z][\w-]*/.exec(said)?.[0] ?? "hook";
  const base = `${event}-${word}`.replace(/[^A-Za-z0-9_-]/g, "-").slice(0, 100);
  let name = base;
  for (let number = 2; taken.has(name); number += 1) name = `${base}-${number}`;
  taken.add(name);
  return name;
}

function toJson(handler: ClaudeHandler): JsonObject {
  // as: a handler was read from JSON
  return JSON.parse(JSON.stringify(handler)) as Record<string, JsonValue>;
}
