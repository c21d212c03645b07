import { Client } from "@temporalio/client";
import { type NativeConnection, Worker, type WorkerOptions } from "@temporalio/worker";

import {
  createActivities,
  createSystemHooks,
  type ActivityDeps,
  createDetachedWork,
  type Activities,
  type DetachedWork,
} from "./activities/index.ts";
import { bundleWorkflows } from "./bundle-workflows.ts";
import type { Config } from "./config.ts";
import { createRedactor, messageOf } from "./core/index.ts";
import {
  commandEnvironment,
  createFunctionRegistry,
  createMcpClients,
  createWarmPool,
  type HandlerServices,
} from "./hooks/executors/index.ts";
import { createToolSecurity } from "./hooks/index.ts";
import { importModule } from "./import-module.ts";
import type { Logger } from "./logger.ts";
import { createPatternStarter } from "./pattern-gateway.ts";
import type { Registry } from "./registry/index.ts";
import { createSearchAttributeCheck } from "./search-attribute-check.ts";
import { createSessionGateway } from "./session-gateway.ts";
import { watchSystem, type SystemWatchOptions } from "./system-watch.ts";
import { checkBundle, findWorkflowCode, type WorkflowCode } from "./workflow-code.ts";

export interface WorkersOptions {
  readonly config: Pick<
    Config,
    "taskQueue" | "dataDir" | "worker" | "functions" | "environment" | "shell"
  > &
    Partial<
      Pick<Config, "flags" | "hookFiles" | "mcpServers" | "allowedHttpHookUrls" | "security">
    >;
  readonly namespace: string;
  readonly connection: NativeConnection;
  readonly registry: Registry;
  /** Queues of roles and steps, polled for activities only. */
  readonly taskQueues?: readonly string[];
  /** Also polls each queue that a pattern names, from the first run of that pattern on. For `heddle dev`. */
  readonly pollNamedQueues?: boolean;
  /** @default what the build left beside this file, else the sources */
  readonly workflowCode?: WorkflowCode;
  readonly logger: Logger;
  /** How often hooks of `system.*` are told about the worker itself and about what is registered. */
  readonly system?: Pick<SystemWatchOptions, "intervalMs" | "maintenanceMs">;
  /** How long running activities may go on after `stop` before they are cancelled. @default 10_000 */
  readonly shutdownGraceMs?: number;
  /** The process's environment: commands inherit its harmless part, secrets are read from it. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Workers {
  /** Polls one more queue for activities; a queue that is polled already is left as it is. */
  poll(taskQueue: string): Promise<void>;
  /** Settles when every worker has stopped; rejects when one of them broke, after the others were stopped. */
  readonly done: Promise<void>;
  /** Lets running activities finish for a while, then cancels them; resolves once all workers have stopped. */
  stop(): Promise<void>;
}

const SECRET_PREFIX = "HEDDLE_SECRET_";

/** Where hook files are beside a run's own folder, unless the settings want none. */
function hookFolders(
  { hookFiles }: WorkersOptions["config"],
  home: string | undefined,
): Pick<ActivityDeps["settings"], "hookFiles"> {
  if (hookFiles !== "all") return {};
  return { hookFiles: { managedRoot: "/etc", ...(home === undefined ? {} : { home }) } };
}

/** Every secret of the environment, so that none of them is stored or shown. */
export function secretsOf(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    name.startsWith(SECRET_PREFIX) && value !== undefined ? [value] : [],
  );
}

const SHUTDOWN_GRACE_MS = 10_000;
/** This long after the grace nothing is waited for: a function that ignores its signal must not hold the process. */
const SHUTDOWN_FORCE_MS = 20_000;

/**
 * Starts the workers of one process: one for workflows and activities, one more per further queue of activities. The SDK
 * makes its runtime with the first connection, so `installRuntime` comes before that.
 */
export async function createWorkers(options: WorkersOptions): Promise<Workers> {
  const { config, connection, namespace, logger } = options;
  const running = new Map<string, { readonly worker: Worker; readonly run: Promise<void> }>();
  let isStopping = false;

  const start = (worker: Worker, taskQueue: string): void => {
    const run = worker.run();
    running.set(taskQueue, { worker, run });
    logger.info({ taskQueue, namespace }, "worker polls");
    run.catch((error: unknown) => {
      logger.error({ taskQueue, error: messageOf(error) }, "worker broke");
      shutDownAll();
    });
  };
  const shutDownAll = (): void => {
    isStopping = true;
    for (const { worker } of running.values())
      if (worker.getState() === "RUNNING") worker.shutdown();
  };
  const asked = new Set<string>([config.taskQueue]);
  const poll = async (taskQueue: string): Promise<void> => {
    if (isStopping || asked.has(taskQueue)) return;
    asked.add(taskQueue);
    start(await Worker.create({ ...shared, connection, taskQueue }), taskQueue);
  };
  const pollNamed = (taskQueues: readonly string[]): void => {
    for (const taskQueue of taskQueues)
      poll(taskQueue).catch((error: unknown) => {
        logger.error({ taskQueue, error: messageOf(error) }, "worker could not start");
      });
  };
  const services = createServices(options);
  const detached = createDetachedWork();
  const deps = await createActivityDeps(
    options,
    { services, detached },
    options.pollNamedQueues === true ? pollNamed : undefined,
  );
  const shared = sharedOptions(options, createActivities(deps));
  const { taskQueue } = config;
  const own = await workflowOptions(options.workflowCode ?? findWorkflowCode(), config);
  start(await Worker.create({ ...shared, ...own, connection, taskQueue }), taskQueue);
  for (const taskQueue of options.taskQueues ?? []) await poll(taskQueue);
  const { system: how, registry } = options;
  const watch = await watchSystem({ ...how, system: createSystemHooks(deps), registry, logger });
  const done = untilAllStopped(running).finally(async () => {
    await watch.stop();
    await Promise.all([detached.stop(), services.pool.close(), services.mcp.close()]);
  });
  // Who does not look at `done` has still seen the log line; an unhandled rejection would end the process.
  done.catch(() => undefined);
  return {
    poll,
    done,
    stop: async () => {
      shutDownAll();
      await done;
    },
  };
}

/** Queues may join while others run, so what runs is asked again after each ending. */
async function untilAllStopped(
  running: ReadonlyMap<string, { readonly run: Promise<void> }>,
): Promise<void> {
  for (let waited = 0; waited < running.size;) {
    const runs = [...running.values()].map(({ run }) => run);
    const endings = await Promise.allSettled(runs);
    waited = runs.length;
    const broken = endings.find((ending) => ending.status === "rejected");
    if (broken !== undefined && waited === running.size) throw broken.reason;
  }
}

/** What handlers share for as long as the workers run. */
function createServices({ config, connection, namespace, env }: WorkersOptions) {
  const { taskQueue, environment, mcpServers = {}, allowedHttpHookUrls } = config;
  return {
    pool: createWarmPool(),
    mcp: createMcpClients(mcpServers, commandEnvironment(env, {}, environment)),
    patterns: createPatternStarter(new Client({ connection, namespace }), taskQueue),
    ...(allowedHttpHookUrls === undefined ? {} : { allowedUrls: allowedHttpHookUrls }),
    isClaudePresent: env["CLAUDECODE"] === "1" || env["CLAUDE_CODE_ACTIVE"] !== undefined,
  };
}

async function createActivityDeps(
  options: WorkersOptions,
  own: { readonly services: HandlerServices; readonly detached: DetachedWork },
  onTaskQueues: ((taskQueues: readonly string[]) => void) | undefined,
): Promise<ActivityDeps> {
  const { config, connection, namespace, registry, logger, env } = options;
  const client = new Client({ connection, namespace });
  return {
    registry,
    functions: await createFunctionRegistry({ modules: config.functions, importModule }),
    settings: {
      dataDir: config.dataDir,
      env: commandEnvironment(env, {}, config.environment),
      secret: (name) => env[SECRET_PREFIX + name],
      shell: config.shell,
      ...(config.flags === undefined ? {} : { flags: config.flags }),
      ...(config.security === undefined ? {} : { security: createToolSecurity(config.security) }),
      ...hookFolders(config, env["HOME"]),
    },
    ...own,
    sessions: createSessionGateway(client, config.taskQueue),
    log: logger,
    redactor: createRedactor(secretsOf(env)),
    knowsSearchAttributes: createSearchAttributeCheck(connection, namespace),
    ...(onTaskQueues === undefined ? {} : { onTaskQueues }),
  };
}

function sharedOptions(
  { namespace, config, shutdownGraceMs = SHUTDOWN_GRACE_MS }: WorkersOptions,
  activities: Activities,
): Omit<WorkerOptions, "taskQueue"> {
  return {
    namespace,
    activities,
    maxConcurrentActivityTaskExecutions: config.worker.activities,
    maxConcurrentLocalActivityExecutions: config.worker.activities,
    activityTaskPollerBehavior: { type: "autoscaling" },
    // Cancellation arrives with the answer to a heartbeat: one that is held back delays it.
    maxHeartbeatThrottleInterval: "1s",
    defaultHeartbeatThrottleInterval: "1s",
    shutdownGraceTime: shutdownGraceMs,
    shutdownForceTime: shutdownGraceMs + SHUTDOWN_FORCE_MS,
  };
}

/**
 * How long one activation of a workflow may take. The SDK stops it after five seconds of wall time, and Node cannot stop
 * promises in the middle: it ends the whole process ("async hook stack has become corrupted"), with every activity in it.
 * A machine under load is slow, which is no reason to die.
 */
const ACTIVATION_LIMIT = { isolateExecutionTimeout: "2m" };

async function workflowOptions(
  code: WorkflowCode,
  config: WorkersOptions["config"],
): Promise<Partial<WorkerOptions>> {
  return {
    ...ACTIVATION_LIMIT,
    workflowBundle: await readBundle(code),
    maxConcurrentWorkflowTaskExecutions: config.worker.workflowTasks,
    maxCachedWorkflows: config.worker.cachedRuns,
    workflowTaskPollerBehavior: { type: "autoscaling" },
  };
}

async function readBundle(
  code: WorkflowCode,
): Promise<NonNullable<WorkerOptions["workflowBundle"]>> {
  if ("workflowsPath" in code) return { code: await bundleWorkflows(code.workflowsPath) };
  checkBundle(code.bundlePath);
  return { codePath: code.bundlePath };
}
