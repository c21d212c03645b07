import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

import { formatDuration, messageOf } from "../../core/index.ts";
import { admitCall, breakerKey, readBreaker, type BreakerState } from "../../hooks/breaker.ts";
import { findPoint, handlerKind, resolvePoint, type Hook } from "../../hooks/index.ts";
import type { Registry } from "../../registry/index.ts";
import type { World } from "../context.ts";
import type { Output } from "../output.ts";
import { readHookFile } from "./read-registrations.ts";

/** A registration as it is understood, with every default settled, and how it stands. */
export interface HookExplanation extends Omit<Hook, "on"> {
  readonly point: string;
  readonly when: string;
  /** Only of a registered hook with a breaker. */
  readonly breakerNow?: BreakerNow;
}

interface BreakerNow {
  readonly state: BreakerState["state"];
  /** What would become of the next firing. */
  readonly next: string;
}

export function isPoint(name: string): boolean {
  return resolvePoint(name).ok;
}

/** The hooks of a file, or the registered ones of a name; none when it is neither. */
export async function findHooks(
  name: string,
  world: Pick<World, "cwd" | "openLink">,
  output: Pick<Output, "note">,
): Promise<readonly HookExplanation[]> {
  if (/\.(?:ya?ml|json)$/.test(name)) {
    const text = await readFile(resolve(world.cwd, name), "utf8");
    return readHookFile(text, name).flat().map(describe);
  }
  try {
    return await findRegistered(name, world);
  } catch (error) {
    // A name that is no point either is refused as such; whoever misspelled one needs no database.
    output.note(`registered hooks could not be looked at: ${messageOf(error)}`);
    return [];
  }
}

async function findRegistered(
  name: string,
  world: Pick<World, "openLink">,
): Promise<readonly HookExplanation[]> {
  const link = world.openLink();
  try {
    const registry = await link.registry();
    const hooks = (await registry.listHooks()).filter((hook) => hook.name === name);
    return await Promise.all(hooks.map((hook) => withState(hook, registry)));
  } finally {
    await link.close();
  }
}

function describe({ on, ...hook }: Hook): HookExplanation {
  return { ...hook, point: on, when: findPoint(on)?.when ?? "" };
}

async function withState(hook: Hook, { hookStore }: Registry): Promise<HookExplanation> {
  const { breaker } = hook;
  if (breaker === undefined) return describe(hook);
  const before = readBreaker(await hookStore.read(breakerKey(hook.name)));
  const call = { id: "", now: Date.now() };
  const { admission } = admitCall(before, breaker, call, breaker.openMs);
  const next = admission.admitted
    ? before.state === "closed"
      ? "it runs"
      : "it runs as a probe"
    : `${LEFT_OUT[hook.onError]} (${admission.why}), for ${formatDuration(Math.max(1, Math.round(admission.retryInMs)))}`;
  return { ...describe(hook), breakerNow: { state: before.state, next } };
}

const LEFT_OUT: Readonly<Record<Hook["onError"], string>> = {
  open: "it is skipped",
  closed: "it refuses without being asked",
  stop: "it stops the run without being asked",
};

/** For people: what differs from nothing said is shown like the rest, because a default is an answer too. */
export function renderHookExplanation(hook: HookExplanation): string {
  const { name, point, alias, when, match, implied, enabled, source, protocol, mode } = hook;
  const { retry, timeoutMs, onError, priority, dispatch, alwaysRun } = hook;
  const attempts = retry.maximumAttempts === 0 ? "without end" : String(retry.maximumAttempts);
  return [
    `${name}  (${source}${enabled ? "" : ", disabled"})`,
    `  on ${point}${alias === undefined ? "" : `, registered as ${alias}`}: ${when}.`,
    ...(match === undefined ? [] : [`  match: ${JSON.stringify(match)}`]),
    ...(implied === undefined ? [] : [`  implied: ${JSON.stringify(implied)}`]),
    ...(hook.if === undefined ? [] : ["  if: asked per event"]),
    `  handler: ${handlerKind(hook)}, protocol ${protocol}`,
    `  order: priority ${String(priority)}${alwaysRun ? ", runs even after the chain has ended" : ""}`,
    `  mode: ${mode}, as ${dispatch === "local" ? "a local activity" : "an activity"}`,
    `  limits: ${formatDuration(timeoutMs)} per attempt, attempts: ${attempts}`,
    `  when it cannot answer: ${ON_ERROR[onError]}`,
    ...renderPolicies(hook),
  ].join("\n");
}

const ON_ERROR: Readonly<Record<Hook["onError"], string>> = {
  open: "open: goes on and notes it",
  closed: "closed: refuses",
  stop: "stop: ends the run",
};

function renderPolicies(hook: HookExplanation): readonly string[] {
  const { breaker, breakerNow, rateLimit, batch, dependsOn, rollback, flags } = hook;
  const lines: string[] = [];
  if (breaker !== undefined)
    lines.push(
      `  breaker: opens at ${String(breaker.failures)} failures within ${formatDuration(breaker.windowMs)} or ` +
        `${String(breaker.slowCalls)} calls in a row of ${formatDuration(breaker.slowMs)} or more, for ${formatDuration(breaker.openMs)}; ` +
        `${String(breaker.successes)} successful probes close it`,
    );
  if (breakerNow !== undefined)
    lines.push(`  breaker now: ${breakerNow.state}; at the next firing ${breakerNow.next}`);
  if (rateLimit !== undefined)
    lines.push(
      `  rateLimit: ${String(rateLimit.limit)} per ${formatDuration(rateLimit.perMs)}, ${String(rateLimit.burst)} at once, ` +
        `one bucket per ${rateLimit.key}; above it: ${rateLimit.over}`,
    );
  if (batch !== undefined)
    lines.push(
      `  batch: up to ${String(batch.size)} firings, after ${formatDuration(batch.waitMs)} at the latest`,
    );
  if (dependsOn !== undefined)
    lines.push(`  dependsOn: ${dependsOn.length === 0 ? "nothing" : dependsOn.join(", ")}`);
  if (rollback !== undefined)
    lines.push(`  rollback: ${handlerKind({ handler: rollback })}, when what it fired for fails`);
  if (flags !== undefined) lines.push(`  flags: only with ${flags.join(" and ")}`);
  return lines;
}
