import { messageOf, type JsonObject } from "../../core/index.ts";
import { executeHook, type HandlerContext } from "../../hooks/executors/index.ts";
import {
  BRIDGED_TYPES,
  fromAgentcoreEvent,
  typeOf,
  type BridgedEvent,
} from "../../hooks/importers/agentcore/index.ts";
import {
  advanceChain,
  buildHookTable,
  enabledFlags,
  matchesEvent,
  outcomeOfFailure,
  runsInChain,
  startChain,
  withFlags,
  type Hook,
  type HookEvent,
  type Outcome,
} from "../../hooks/index.ts";
import type { Registry } from "../../registry/index.ts";
import type { World } from "../context.ts";
import type { ExitCode } from "../exit-code.ts";
import type { Output } from "../output.ts";
import { readEvents } from "./read-events.ts";

/** What one event of the other system came to. */
export interface BridgeReport {
  readonly type: string;
  readonly trigger: string | null;
  readonly point: string | null;
  /** Why no hook was asked. */
  readonly skipped?: string;
  readonly hooks: readonly {
    readonly name: string;
    readonly outcome: string;
    readonly message?: string;
    readonly ms: number;
  }[];
  readonly decision: string;
}

/** How long it is remembered that a task has begun. */
const REMEMBERED_MS = 86_400_000;

/** Fires the registered hooks for events of the AgentCore bus, in this process: there is no run that a worker could serve. */
export async function bridgeEvents(
  world: Pick<World, "cwd" | "readStdin" | "openHookHost">,
  output: Output,
  registry: Registry,
  files: readonly string[],
): Promise<ExitCode> {
  const context = await world.openHookHost();
  const registered = await registry.listHooks({ enabled: true });
  const hooks = withFlags(registered, enabledFlags());
  let refused = false;
  for (const given of await readEvents(files, world)) {
    const report = await bridge(given, hooks, registry, context);
    refused ||= report.decision === "cancel";
    output.result(report, render(report));
  }
  return refused ? 1 : 0;
}

async function bridge(
  given: JsonObject,
  hooks: readonly Hook[],
  registry: Registry,
  context: HandlerContext,
): Promise<BridgeReport> {
  const type = typeOf(given);
  const bridged = fromAgentcoreEvent(given, context.cwd);
  const none = { type, trigger: null, point: null, hooks: [], decision: "continue" };
  if (bridged === undefined)
    return { ...none, skipped: `no hook is meant by it; bridged are ${BRIDGED_TYPES.join(", ")}` };
  const { trigger, event } = bridged;
  const about = { ...none, trigger, point: event.point };
  if (await hasBegun(bridged, registry))
    return {
      ...about,
      skipped: "hooks were asked when another event told of this task's beginning",
    };
  return { ...about, ...(await fire(event, hooks, { ...context, store: registry.hookStore })) };
}

/** A task is created and started, and both mean that it is about to run: its hooks are asked once. */
async function hasBegun({ once }: BridgedEvent, registry: Registry): Promise<boolean> {
  if (once === undefined) return false;
  return registry.hookStore.change(`agentcore:${once}`, (before) => ({
    next: true,
    result: before !== undefined,
    expiresInMs: REMEMBERED_MS,
  }));
}

/** One after the other by priority, as at a point of a run; an attempt each, because nothing waits for a second one. */
async function fire(
  event: Omit<HookEvent, "hook">,
  hooks: readonly Hook[],
  context: HandlerContext,
): Promise<Pick<BridgeReport, "hooks" | "decision">> {
  const asked: BridgeReport["hooks"][number][] = [];
  let chain = startChain(event.step?.input ?? null);
  for (const hook of hooksFor(event, hooks)) {
    const own = { ...event, hook: hook.name };
    if (!runsInChain(chain, hook) || !matchesEvent(hook, own)) continue;
    const startedAt = performance.now();
    const outcome = await ask(hook, own, context);
    const { message } = outcome;
    asked.push({
      name: hook.name,
      outcome: outcome.outcome,
      ...(message === undefined ? {} : { message }),
      ms: Math.round(performance.now() - startedAt),
    });
    if (hook.mode === "sync") chain = advanceChain(chain, hook, outcome);
  }
  return { hooks: asked, decision: chain.decision.outcome };
}

/** The event's task as a pattern of one step, so that the same rules say which hooks fire and in which order. */
function hooksFor(
  { point, step }: Omit<HookEvent, "hook">,
  hooks: readonly Hook[],
): readonly Hook[] {
  const id = step?.id ?? "";
  const { type, role } = step ?? {};
  const body = { kind: "agent", role: { lit: role ?? "" } };
  const only = { id, tool: "Agent", body, ...(type === undefined ? {} : { type }) };
  const roles = role === undefined ? {} : { [role]: {} };
  const { table } = buildHookTable({ steps: step === undefined ? [] : [only], roles }, hooks);
  const numbers = (step === undefined ? table.run : table.steps[id])?.[point] ?? [];
  return numbers.flatMap((number) => table.hooks[number] ?? []);
}

async function ask(hook: Hook, event: HookEvent, context: HandlerContext): Promise<Outcome> {
  if (hook.if !== undefined && !("lit" in hook.if && hook.if.lit === true))
    return { outcome: "skipped", reason: "its condition can be asked in a run only" };
  try {
    const reading = await executeHook(hook, event, { ...context, timeoutMs: hook.timeoutMs });
    if (reading.kind === "decided") return reading.outcome;
    return reading.kind === "failed"
      ? outcomeOfFailure(hook, reading.error)
      : { outcome: "skipped", reason: "cancelled" };
  } catch (error) {
    return outcomeOfFailure(hook, { type: "HookFailed", message: messageOf(error) });
  }
}

function render({ type, trigger, skipped, hooks, decision }: BridgeReport): string {
  const head = `${type}${trigger === null ? "" : ` = ${trigger}`}: ${skipped ?? decision}`;
  return [
    head,
    ...hooks.map(({ name, outcome, ms }) => `  ${name}  ${outcome}  ${String(ms)} ms`),
  ].join("\n");
}
