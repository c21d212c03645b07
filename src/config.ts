import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { loadClientConnectConfig } from "@temporalio/envconfig";
import { tsImport } from "tsx/esm/api";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { HeddleError, messageOf } from "./core/index.ts";

const port = z.coerce.number().int().min(0).max(65_535).optional();
const level = z.enum(["safe", "restricted", "privileged"]);
const slots = z.coerce.number().int().min(1).max(10_000);

const FileSchema = z.strictObject({
  /** The registry's PostgreSQL; unset, `heddle dev` runs an embedded one. */
  databaseUrl: z
    .string()
    .regex(/^postgres(ql)?:\/\/.+/, "Expected postgres://user:password@host:port/database")
    .optional(),
  /** Where the dev stack and the worker keep their files. */
  dataDir: z.string().min(1).default(".heddle"),
  /** Where the Temporal server is kept once per machine; unset, `~/.cache/heddle`. */
  cacheDir: z.string().min(1).optional(),
  taskQueue: z.string().min(1).max(1000).default("heddle"),
  /** The Web UI of a Temporal server that is not ours, for links. */
  webUrl: z.url({ protocol: /^https?$/ }).optional(),
  logLevel: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
  logFormat: z.enum(["json", "plain"]).default("plain"),
  /** Ports of the dev stack: one of these or none; unset, the usual one or the next free one. */
  ports: z
    .strictObject({ postgres: port, temporal: port, ui: port })
    .default({ postgres: undefined, temporal: undefined, ui: undefined }),
  worker: z
    .strictObject({
      /** Activities (steps, hooks) at the same time. */
      activities: slots.default(100),
      /** Workflow tasks at the same time: pure CPU, so more than this does not help one process. */
      workflowTasks: slots.default(40),
      /** Runs kept in memory between tasks; the others are replayed when they go on. */
      cachedRuns: slots.default(500),
    })
    .default({ activities: 100, workflowTasks: 40, cachedRuns: 500 }),
  /** Modules whose `defineHandler` exports patterns may name; relative to the folder of this file. */
  functions: z.array(z.string().min(1)).default([]),
  /** Features that hooks may hang on: on or off, and which others they need. */
  flags: z
    .record(
      z.string().min(1).max(128),
      z.union([
        z.boolean(),
        z.strictObject({
          enabled: z.boolean().optional(),
          needs: z.array(z.string().min(1)).optional(),
        }),
      ]),
    )
    .default({}),
  /** How dangerous tools are, and how dangerous one may be that a run uses: safe < restricted < privileged. */
  security: z
    .strictObject({
      /** By matchers of tools' names, e.g. Bash or mcp__prod__*; of those that match the highest counts. */
      levels: z.record(z.string().min(1), level).default({}),
      /** The level of every other tool. */
      default: level.default("safe"),
      allowed: level.default("privileged"),
      /** What is allowed to patterns instead, by matchers of their names; the lowest counts. */
      patterns: z.record(z.string().min(1), level).default({}),
    })
    .optional(),
  /** Variables of the worker's environment that commands get besides the harmless ones. */
  environment: z.array(z.string().min(1)).default([]),
  /** MCP servers whose tools hooks may call: programs of this machine, or addresses. */
  mcpServers: z
    .record(
      z.string(),
      z.union([
        z.strictObject({
          command: z.string().min(1),
          args: z.array(z.string()).optional(),
          env: z.record(z.string(), z.string()).optional(),
          cwd: z.string().min(1).optional(),
        }),
        z.strictObject({
          url: z.url({ protocol: /^https?$/ }),
          headers: z.record(z.string(), z.string()).optional(),
        }),
      ]),
    )
    .default({}),
  /** Addresses that HTTP hooks may call; `*` stands for anything. Unset: all that are https or this machine. */
  allowedHttpHookUrls: z.array(z.string().min(1)).optional(),
  /** Whether runs use the organisation's, the user's and trusted projects' hook files beside their patterns. */
  hookFiles: z.enum(["all", "none"]).default("all"),
  /** How long the ledger of hook executions is kept. */
  retention: z.enum(["default", "short", "long", "all"]).default("default"),
  /** What runs commands that are written as one string; `auto` is bash where there is one, `none` refuses. */
  shell: z.enum(["auto", "bash", "sh", "none"]).default("auto"),
});

/** Environment variables win over the file; each sets the key beside it. */
const VARIABLES: Readonly<Record<string, readonly [string, ...string[]]>> = {
  DATABASE_URL: ["databaseUrl"],
  HEDDLE_DATA_DIR: ["dataDir"],
  HEDDLE_CACHE_DIR: ["cacheDir"],
  HEDDLE_TASK_QUEUE: ["taskQueue"],
  HEDDLE_WEB_URL: ["webUrl"],
  HEDDLE_LOG_LEVEL: ["logLevel"],
  HEDDLE_LOG_FORMAT: ["logFormat"],
  HEDDLE_POSTGRES_PORT: ["ports", "postgres"],
  HEDDLE_TEMPORAL_PORT: ["ports", "temporal"],
  HEDDLE_UI_PORT: ["ports", "ui"],
  HEDDLE_SHELL: ["shell"],
  HEDDLE_HOOK_FILES: ["hookFiles"],
  HEDDLE_RETENTION: ["retention"],
  HEDDLE_WORKER_ACTIVITIES: ["worker", "activities"],
  HEDDLE_WORKER_WORKFLOW_TASKS: ["worker", "workflowTasks"],
  HEDDLE_WORKER_CACHED_RUNS: ["worker", "cachedRuns"],
};

const FILE_NAMES = ["heddle.config.yaml", "heddle.config.yml", "heddle.config.ts"];

type TemporalConnection = ReturnType<typeof loadClientConnectConfig>["connectionOptions"];

export interface Config extends Readonly<z.infer<typeof FileSchema>> {
  readonly temporal: {
    readonly namespace: string;
    /** Undefined when nobody named a server: then `heddle dev` starts one. */
    readonly connection: (TemporalConnection & { readonly address: string }) | undefined;
  };
  /** The file that was read, for `heddle doctor`. */
  readonly file: string | undefined;
}

export interface ConfigSources {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Reads all settings, once, at the start. Every problem is reported, each with where it was set. */
export async function loadConfig({ cwd, env }: ConfigSources): Promise<Config> {
  const problems: string[] = [];
  const file = FILE_NAMES.map((name) => resolve(cwd, name)).find((path) => existsSync(path));
  const fromFile = file === undefined ? {} : await readConfigFile(file, problems);
  const parsed = FileSchema.safeParse(overlay(fromFile, env));
  if (!parsed.success) {
    problems.push(...parsed.error.issues.map((issue) => describe(issue, env, file)));
  }
  const temporal = readTemporal(env, problems);
  if (!parsed.success || temporal === undefined || problems.length > 0) throw invalid(problems);
  const { dataDir, cacheDir, functions, ...rest } = parsed.data;
  return deepFreeze({
    ...rest,
    dataDir: resolve(cwd, dataDir),
    functions: functions.map((path) => resolve(cwd, path)),
    cacheDir: cacheDir === undefined ? undefined : resolve(cwd, cacheDir),
    temporal,
    file,
  });
}

async function readConfigFile(file: string, problems: string[]): Promise<object> {
  try {
    const content: unknown = file.endsWith(".ts")
      ? defaultExport(await tsImport(pathToFileURL(file).href, import.meta.url))
      : parseYaml(readFileSync(file, "utf8"));
    if (content === null || content === undefined) return {};
    if (typeof content === "object" && !Array.isArray(content)) return content;
    problems.push(`${file}: expected a mapping of settings, got ${JSON.stringify(content)}`);
  } catch (error) {
    problems.push(`${file}: ${messageOf(error)}`);
  }
  return {};
}

/** Twice, because a folder that does not say "type": "module" gets its modules wrapped as CommonJS. */
function defaultExport(module: unknown): unknown {
  return unwrapDefault(unwrapDefault(module));
}

function unwrapDefault(value: unknown): unknown {
  const isWrapped = typeof value === "object" && value !== null && "default" in value;
  return isWrapped ? value.default : value;
}

/** An empty variable counts as unset, as in a `.env` file with nothing after the equals sign. */
function overlay(settings: object, env: NodeJS.ProcessEnv): object {
  const merged: Record<string, unknown> = { ...settings };
  for (const [variable, [key, inner]] of Object.entries(VARIABLES)) {
    const value = env[variable];
    if (value === undefined || value === "") continue;
    if (inner === undefined) merged[key] = value;
    else merged[key] = { ...asObject(merged[key]), [inner]: value };
  }
  return merged;
}

function asObject(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}

function readTemporal(env: NodeJS.ProcessEnv, problems: string[]): Config["temporal"] | undefined {
  try {
    const { connectionOptions, namespace } = loadClientConnectConfig({
      overrideEnvVars: definedOnly(env),
    });
    const { address, ...rest } = definedOnly(connectionOptions);
    return {
      namespace: namespace ?? "default",
      connection: address === undefined || address === "" ? undefined : { ...rest, address },
    };
  } catch (error) {
    problems.push(
      `Temporal's connection (TEMPORAL_* variables, temporal.toml): ${messageOf(error)}`,
    );
    return undefined;
  }
}

/** Optional properties must be absent, not undefined. */
function definedOnly<T extends object>(source: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(source).filter(([, value]) => value !== undefined);
  // The filter above is what the type says: the same keys without the undefined ones.
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

function describe(
  issue: z.core.$ZodIssue,
  env: NodeJS.ProcessEnv,
  file: string | undefined,
): string {
  const key = issue.path.join(".");
  const variable = Object.keys(VARIABLES).find((name) => VARIABLES[name]?.join(".") === key);
  const value = variable === undefined ? undefined : env[variable];
  if (variable !== undefined && value !== undefined && value !== "") {
    // The database URL holds a password, so its value is not repeated.
    const shown = variable === "DATABASE_URL" ? "" : ` is "${value}"`;
    return `${variable}${shown}: ${issue.message}`;
  }
  return `${file ?? "settings"}: ${key === "" ? "" : `${key}: `}${issue.message}`;
}

function invalid(problems: readonly string[]): HeddleError {
  const list = problems.map((problem) => `\n  - ${problem}`).join("");
  const count = problems.length === 1 ? "A setting is" : `${problems.length} settings are`;
  return new HeddleError("CONFIG_INVALID", `${count} not valid:${list}`, {
    hint: "Correct the variable or the line named above; an unset one takes its default.",
  });
}

function deepFreeze<T extends object>(value: T): T {
  // Object.values of a generic gives any; unknown is the honest name for it.
  for (const inner of Object.values(value) as unknown[]) {
    const isPlain = typeof inner === "object" && inner !== null && !ArrayBuffer.isView(inner);
    if (isPlain) deepFreeze(inner);
  }
  return Object.freeze(value);
}
