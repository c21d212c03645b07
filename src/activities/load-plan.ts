import { Context } from "@temporalio/activity";

import { canonicalize, defined, REFERENCE_KEY, utf8Length, type JsonValue } from "../core/index.ts";
import { enabledFlags, withFlags, type HookTable } from "../hooks/index.ts";
import { checkSchema } from "../patterns/json-schema.ts";
import type { Plan } from "../patterns/plan.ts";
import { taskQueuesOf } from "../patterns/task-queues.ts";
import type { LoadedPlan, LoadPlanInput, LoadPlanResult } from "./contract.ts";
import type { ActivityDeps } from "./deps.ts";
import { fail } from "./failure.ts";
import { fileHooks } from "./file-hooks.ts";
import { findPattern } from "./find-pattern.ts";
import type { HookMatcher } from "./hook-table.ts";
import { guardLoop } from "./loop-guard.ts";
import { parseOptions } from "./options.ts";
import { pinChildren } from "./pin-children.ts";
import { parseRunHooks } from "./run-hooks.ts";
import { countParts } from "./value-parts.ts";
import { prepareWorkspace } from "./workspace.ts";

/** What one payload carries; the engine refuses 2 MiB, and a run's first history event holds the input as well. */
const WHOLE_LIMIT_BYTES = 1024 * 1024;

/**
 * Everything a run needs to know before its first step, recorded once in its history: the plan it is pinned to, which
 * hooks fire where, its folders, and its input with defaults filled in.
 */
export async function loadPlan(
  { pattern, input, options: rawOptions, resumed = false }: LoadPlanInput,
  deps: ActivityDeps,
  match: HookMatcher,
): Promise<LoadPlanResult> {
  const options = parseOptions(rawOptions);
  const given = parseRunHooks(options.hooks);
  await guardLoop({ pattern, origin: options.origin, resumed }, deps);
  const [stored, registered] = await Promise.all([
    findPattern(deps.registry, pattern, options.version, resumed),
    deps.registry.listHooks({ enabled: true }),
  ]);
  const { plan } = stored;
  const filled = resumed ? input : checkInput(plan, input);
  deps.onTaskQueues?.(taskQueuesOf(plan));
  const { workflowId, runId } = runOf();
  const folders = await prepareWorkspace({
    given: options.workspace,
    dataDir: deps.settings.dataDir,
    workflowId,
    runId,
    resumed,
  });
  const fromFiles = await fileHooks(folders.workspace, deps);
  const correlation = options.session ?? options.correlation ?? workflowId;
  const flags = enabledFlags(deps.settings.flags, options.flags);
  const table = match(
    plan,
    withFlags([...fromFiles.hooks, ...registered, ...plan.hooks, ...given], flags),
  );
  const hooks = withRefused(table, deps.settings.security?.(plan));
  const loaded: LoadedPlan = {
    plan,
    hooks,
    facts: {
      version: plan.version,
      ...defined({ origin: options.origin }),
      ...(options.session === undefined ? {} : { session: options.session }),
      ...(correlation === workflowId ? {} : { correlation }),
      ...folders,
      ...(stored.sourceFile === undefined ? {} : { patternFile: stored.sourceFile }),
    },
    options,
    searchAttributes: await deps.knowsSearchAttributes(),
    ...noticesOf(fromFiles.notices, hooks),
    ...(resumed ? {} : await pinChildren(plan, deps.registry)),
    ...(canonicalize(filled) === canonicalize(input) ? {} : { input: filled }),
  };
  return pack(loaded, deps);
}

function withRefused(table: HookTable, refused: HookTable["refused"]): HookTable {
  return refused === undefined ? table : { ...table, refused };
}

/** What will be refused is told now: whoever looks at the run should not have to wait for the step to fail. */
function noticesOf(
  ofFiles: readonly string[],
  { refused = {} }: HookTable,
): Pick<LoadedPlan, "notices"> {
  const ofTools = Object.entries(refused).map(
    ([step, { tool, level, allowed }]) =>
      `the step ${step} will be refused: its tool ${tool} is ${level}, allowed is ${allowed}`,
  );
  const notices = [...ofFiles, ...ofTools];
  return notices.length === 0 ? {} : { notices };
}

function checkInput(plan: Plan, input: JsonValue): JsonValue {
  if (plan.input === undefined) return input;
  const verdict = checkSchema(plan.input, input);
  if (verdict.ok) return verdict.value;
  const list = verdict.problems.map(({ path, message }) => `${path || "(root)"} ${message}`);
  throw fail(
    "InputInvalid",
    `The input does not fit the pattern ${plan.name} ${plan.version}: ${list.join("; ")}`,
    verdict.problems,
  );
}

function runOf(): { readonly workflowId: string; readonly runId: string } {
  const { workflowExecution } = Context.current().info;
  if (workflowExecution === undefined)
    throw fail("Internal", "loadPlan must be called by a workflow.");
  return workflowExecution;
}

async function pack(loaded: LoadedPlan, deps: ActivityDeps): Promise<LoadPlanResult> {
  const text = JSON.stringify(loaded);
  if (utf8Length(text) <= WHOLE_LIMIT_BYTES) return { whole: loaded };
  const reference = await deps.registry.putValue(text);
  return { digest: reference[REFERENCE_KEY], parts: countParts(text) };
}
