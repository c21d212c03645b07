import { HeddleError, type JsonObject } from "../../core/index.ts";
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
  runsInChain,
  startChain,
  withFlags,
  type Hook,
  type HookEvent,
} from "../../hooks/index.ts";
import type { Registry } from "../../registry/index.ts";
import type { Link, World } from "../context.ts";
import type { ExitCode } from "../exit-code.ts";
import type { Output } from "../output.ts";
import { askRecorded, type Asked, type Asking } from "./ask-recorded.ts";
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
    readonly attempts: number;
    readonly ms: number;
  }[];
  readonly decision: string;
}

/** How long it is remembered that a task has begun. */
const REMEMBERED_MS = 86_400_000;

/** Fires the registered hooks for events of the AgentCore bus, in this process: there is no run that a worker could serve. */
export async function bridgeEvents(
  world: Pick<World, "cwd" | "readStdin" | "openHookHost" | "redactor">,
  output: Output,
  link: Pick<Link, "registry">,
  files: readonly string[],
): Promise<ExitCode> {
  const events = await readEvents(files, world);
  const registry = await openRegistry(link);
  const bench = registry === undefined ? undefined : await prepare(world, output, registry);
  let refused = false;
  for (const given of events) {
    const report = await bridge(given, world.cwd, bench);
    refused ||= report.decision === "cancel";
    output.result(report, render(report));
  }
  return refused ? 1 : 0;
}

/** Hooks, and how they are asked. */
interface Bench {
  readonly registry: Registry;
  readonly hooks: readonly Hook[];
  readonly asking: Asking;
}

/** Undefined where no database is known: then no hook is registered either, and the other system must not suffer for it. */
async function openRegistry(link: Pick<Link, "registry">): Promise<Registry | undefined> {
  try {
    return await link.registry();
  } catch (error) {
    if (error instanceof HeddleError && error.code === "NO_DATABASE") return undefined;
    throw error;
  }
}

async function prepare(
  { openHookHost, redactor }: Pick<World, "openHookHost" | "redactor">,
  output: Output,
  registry: Registry,
): Promise<Bench> {
  const registered = await registry.listHooks({ enabled: true });
  const context = { ...(await openHookHost()), store: registry.hookStore };
  const asking = {
    context,
    registry,
    redactor,
    note: (text: string) => {
      output.note(text);
    },
  };
  return { registry, hooks: withFlags(registered, enabledFlags()), asking };
}

async function bridge(
  given: JsonObject,
  workspace: string,
  bench: Bench | undefined,
): Promise<BridgeReport> {
  const type = typeOf(given);
  const bridged = fromAgentcoreEvent(given, workspace);
  const none = { type, trigger: null, point: null, hooks: [], decision: "continue" };
  if (bridged === undefined)
    return { ...none, skipped: `no hook is meant by it; bridged are ${BRIDGED_TYPES.join(", ")}` };
  const { trigger, event } = bridged;
  const about = { ...none, trigger, point: event.point };
  if (bench === undefined)
    return { ...about, skipped: "no database is known, so that no hook is registered" };
  if (await hasBegun(bridged, bench.registry))
    return {
      ...about,
      skipped: "hooks were asked when another event told of this task's beginning",
    };
  return { ...about, ...(await fire(event, bench)) };
}

/**
 * A task is created and started, and both mean that it is about to run: its hooks are asked once. The same event again is
 * no other one: what its hooks came to is in the ledger, or they were never asked.
 */
async function hasBegun({ once, event }: BridgedEvent, registry: Registry): Promise<boolean> {
  if (once === undefined) return false;
  return registry.hookStore.change(`agentcore:${once}`, (before) => ({
    next: before ?? event.id,
    result: before !== undefined && before !== event.id,
    expiresInMs: REMEMBERED_MS,
  }));
}

/** One after the other by priority, as at a point of a run. */
async function fire(
  event: Omit<HookEvent, "hook">,
  { hooks, asking }: Bench,
): Promise<Pick<BridgeReport, "hooks" | "decision">> {
  const asked: BridgeReport["hooks"][number][] = [];
  let chain = startChain(event.step?.input ?? null);
  for (const hook of hooksFor(event, hooks)) {
    const own = { ...event, hook: hook.name };
    if (!runsInChain(chain, hook) || !matchesEvent(hook, own)) continue;
    const { outcome, attempts, ms } = await ask(hook, own, asking);
    const { message } = outcome;
    const said = message === undefined ? {} : { message };
    asked.push({ name: hook.name, outcome: outcome.outcome, ...said, attempts, ms });
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

function ask(hook: Hook, event: HookEvent, asking: Asking): Promise<Asked> {
  if (hook.if === undefined || ("lit" in hook.if && hook.if.lit === true))
    return askRecorded(hook, event, asking);
  const reason = "its condition can be asked in a run only";
  return Promise.resolve({ outcome: { outcome: "skipped", reason }, attempts: 0, ms: 0 });
}

function render({ type, trigger, skipped, hooks, decision }: BridgeReport): string {
  const head = `${type}${trigger === null ? "" : ` = ${trigger}`}: ${skipped ?? decision}`;
  return [
    head,
    ...hooks.map(({ name, outcome, ms }) => `  ${name}  ${outcome}  ${String(ms)} ms`),
  ].join("\n");
}
