import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { messageOf, type JsonObject } from "../core/index.ts";
import { evaluate } from "../expressions/index.ts";
import {
  buildHookTable,
  executionIdOf,
  matchesEvent,
  type Hook,
  type HookEvent,
} from "../hooks/index.ts";
import type { HandlerContext } from "../hooks/executors/index.ts";
import type { RunFacts } from "./contract.ts";
import type { ActivityDeps } from "./deps.ts";
import { executeRecorded, type Job } from "./hook.ts";
import { createLedger } from "./ledger.ts";

/** The points that are about a worker process, not about a run. */
export type WorkerPoint =
  | "system.startup"
  | "system.shutdown"
  | "system.configChanged"
  | "system.memoryHigh"
  | "system.cpuHigh";

/** Fires points outside of any run, with the executors and the ledger that runs use. */
export interface SystemHooks {
  /** The hooks that are registered for a point now, in order. */
  at(point: WorkerPoint): Promise<readonly Hook[]>;
  /** Runs them one after the other. What goes wrong is in the ledger and the log: no worker dies of a hook. */
  fire(point: WorkerPoint, data: JsonObject): Promise<void>;
  /** Ends what still runs. */
  stop(): void;
}

export function createSystemHooks(deps: ActivityDeps): SystemHooks {
  const ledger = createLedger(deps.registry, deps.log);
  const stopping = new AbortController();
  const worker = `worker-${randomUUID()}`;
  const workspace = join(resolve(deps.settings.dataDir), "system");
  const facts: RunFacts = { version: "1.0.0", workspace, outputDir: join(workspace, "output") };
  let fired = 0;

  async function at(point: WorkerPoint): Promise<readonly Hook[]> {
    const registered = await deps.registry.listHooks({ enabled: true });
    const { table } = buildHookTable({ steps: [], roles: {} }, registered);
    return (table.run[point] ?? [])
      .map((number) => table.hooks[number])
      .filter((hook) => hook !== undefined);
  }

  async function run(hook: Hook, event: HookEvent): Promise<void> {
    const { maximumAttempts, initialIntervalMs, backoffCoefficient } = hook.retry;
    const last = maximumAttempts === 0 ? 1 : maximumAttempts;
    for (let attempt = 1; attempt <= last; attempt += 1) {
      try {
        const job = jobOf(deps, { run: facts, hook, event }, attempt, stopping.signal);
        await executeRecorded(job, deps, ledger);
        return;
      } catch (error) {
        if (attempt === last || stopping.signal.aborted) throw error;
        await delay(initialIntervalMs * backoffCoefficient ** (attempt - 1));
      }
    }
  }

  return {
    at,
    async fire(point, data) {
      try {
        const hooks = await at(point);
        if (hooks.length === 0) return;
        await mkdir(facts.outputDir, { recursive: true });
        fired += 1;
        for (const hook of hooks) {
          const event = eventOf(worker, point, fired, hook, data, workspace);
          if (wants(hook, event)) await run(hook, event);
        }
      } catch (error) {
        deps.log.warn({ point, error: messageOf(error) }, "system hooks could not be run");
      }
    },
    stop() {
      stopping.abort();
    },
  };
}

function eventOf(
  worker: string,
  point: WorkerPoint,
  number: number,
  hook: Hook,
  data: JsonObject,
  workspace: string,
): HookEvent {
  return {
    id: `${worker}/${point}/${String(number)}`,
    point,
    hook: hook.name,
    run: { id: worker, workflowId: worker, pattern: "heddleWorker", version: "1.0.0" },
    data: { worker, pid: process.pid, ...data },
    state: {},
    workspace,
  };
}

function wants(hook: Hook, event: HookEvent): boolean {
  if (!matchesEvent(hook, event)) return false;
  if (hook.if === undefined) return true;
  try {
    // as: an event is plain JSON, which its interface cannot say
    return evaluate(hook.if, { event: event as unknown as JsonObject, state: {} }) === true;
  } catch {
    // A condition that cannot be evaluated must not silently disable a guard.
    return true;
  }
}

function jobOf(deps: ActivityDeps, input: Job["input"], attempt: number, signal: AbortSignal): Job {
  const { settings, functions, services, registry } = deps;
  const { hook, event, run } = input;
  const { shell, killGraceMs, secret, env } = settings;
  const executionId = executionIdOf(event, hook);
  const context: HandlerContext = {
    cwd: run.workspace,
    env,
    timeoutMs: hook.timeoutMs,
    signal,
    functions,
    secret,
    store: registry.hookStore,
    callId: executionId,
    ...(services === undefined ? {} : { services }),
    ...(shell === undefined ? {} : { shell }),
    ...(killGraceMs === undefined ? {} : { killGraceMs }),
    facts: { attempt, workspace: run.workspace, outputDir: run.outputDir },
  };
  return { input, info: { attempt }, context, call: { hook, event, executionId, signal } };
}
