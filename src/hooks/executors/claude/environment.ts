import { isJsonObject, type JsonObject } from "../../../core/index.ts";
import type { ClaudeEntry } from "../../importers/claude/index.ts";

export interface ClaudeEnvironmentFacts {
  readonly parent: Readonly<Record<string, string | undefined>>;
  readonly projectDir: string;
  /** Folder that a plugin's hooks may keep data in. */
  readonly pluginData?: string;
  /** Where hooks of four events append `export X=...`. */
  readonly envFile?: string;
}

const ENV_FILE_EVENTS: ReadonlySet<string> = new Set([
  "SessionStart",
  "Setup",
  "CwdChanged",
  "FileChanged",
  "OrchestratorInitialize",
  "MaintenanceRun",
]);

/** Names that `CLAUDE_CODE_SUBPROCESS_ENV_SCRUB` takes away: credentials of the model's and of cloud vendors. */
const CREDENTIALS =
  /^(?:ANTHROPIC_|AWS_|AZURE_|ARM_|GOOGLE_|GCP_|GCLOUD_|CLOUDSDK_|CLAUDE_CODE_OAUTH_)/;

/**
 * The environment of a hook by the contract: all of the parent's, without telemetry settings; the four variables that
 * name places; and ours about the task, when the event speaks of one. `CLAUDECODE` is never made up, because some hooks
 * behave differently under it.
 */
export function claudeEnvironment(
  entry: ClaudeEntry,
  event: JsonObject,
  facts: ClaudeEnvironmentFacts,
): Record<string, string> {
  const isScrubbed = facts.parent["CLAUDE_CODE_SUBPROCESS_ENV_SCRUB"] === "1";
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(facts.parent)) {
    if (value === undefined || name.startsWith("OTEL_") || name === "CLAUDE_ENV_FILE") continue;
    if (!isScrubbed || !CREDENTIALS.test(name)) environment[name] = value;
  }
  environment["CLAUDE_PROJECT_DIR"] = facts.projectDir;
  if (entry.file.pluginRoot !== undefined) {
    environment["CLAUDE_PLUGIN_ROOT"] = entry.file.pluginRoot;
    if (facts.pluginData !== undefined) environment["CLAUDE_PLUGIN_DATA"] = facts.pluginData;
  }
  if (facts.envFile !== undefined && hasEnvFile(entry.event))
    environment["CLAUDE_ENV_FILE"] = facts.envFile;
  return { ...environment, ...effortOf(event), ...taskOf(event) };
}

/** Whether an event is one of the four whose hooks may leave variables behind for later commands. */
export function hasEnvFile(event: string): boolean {
  return ENV_FILE_EVENTS.has(event);
}

function effortOf(event: JsonObject): Record<string, string> {
  const effort = event["effort"];
  const level = isJsonObject(effort) ? effort["level"] : undefined;
  return typeof level === "string" ? { CLAUDE_EFFORT: level } : {};
}

const TASK_VARIABLES: readonly (readonly [string, readonly string[]])[] = [
  ["TASK_ID", ["task_id"]],
  ["TASK_TYPE", ["task_type"]],
  ["TASK_ROLE", ["specialist", "specialist_role"]],
  ["TASK_WORKSPACE", ["workspace_dir"]],
  ["TASK_OUTPUT_DIR", ["output_dir"]],
  ["TASK_EVENT_ID", ["event_id"]],
];

function taskOf(event: JsonObject): Record<string, string> {
  const block = event["orchestrator"];
  const facts: JsonObject = { ...(isJsonObject(block) ? block : {}), ...event };
  return Object.fromEntries(
    TASK_VARIABLES.flatMap(([name, keys]) => {
      const value = keys.map((key) => facts[key]).find((each) => typeof each === "string");
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
