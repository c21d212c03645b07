/**
 * Chains of local steps: one activity carries out several, and each then ends as if it had asked for one of its own.
 *
 * C1  Only the activity differs: undo, fallback, attempts and failures go the ordinary way, on what the activity brought.
 *     What simply succeeded ends at once.
 * C2  While it is under way nothing decides its members one by one: which of them have run is known when it ends.
 * C3  What it did not get to is given back: such a step begins anew, by its own join.
 */
import type { ChainedResult, ChainResult } from "../../activities/contract.ts";
import { messageOf } from "../../core/index.ts";
import type { Canceller } from "./canceller.ts";
import { describeChain } from "./chain-call.ts";
import { holds } from "./conditions.ts";
import type { RunContext } from "./context.ts";
import { EffectCancelled, EffectFailure } from "./effects.ts";
import type { Environment } from "./environment.ts";
import { factsOf, type Node } from "./node.ts";
import type { ScopeShape } from "./shape.ts";
import { isSettled, type Settled } from "./state.ts";
import { runStep } from "./step.ts";
import { watchesSystem } from "./system-points.ts";

/** What a chain needs of the scope that it is in. */
export interface ChainScope {
  readonly ctx: RunContext;
  readonly shape: ScopeShape;
  readonly env: Environment;
  readonly nodes: readonly Node[];
  settle(index: number, outcome: Settled): void;
  again(index: number, node: Node): void;
}

/** Runs a step, and with it those that may follow it inside one activity; they settle after it, in order. */
export function runChained(scope: ChainScope, head: Node): Promise<Settled> | undefined {
  // A step that an operator runs again has an end of its own.
  head.endedAt = undefined;
  if (head.step.fusesWith === undefined || watchesSystem(scope.ctx)) return undefined;
  const members = membersFrom(scope, head);
  return members.length > 1 ? carryOut(scope, head, members) : undefined;
}

/** The chain as far as nothing stands between two of its steps: hooks are known only now. */
function membersFrom({ ctx, shape, nodes }: ChainScope, head: Node): readonly Node[] {
  const members: Node[] = [];
  for (let node: Node | undefined = head; node !== undefined;) {
    const { id } = node.step;
    if (ctx.hooks.steps[id] !== undefined || ctx.hooks.refused?.[id] !== undefined) break;
    if (node !== head && (node.begun || isSettled(node.record.status))) break;
    members.push(node);
    const { fusesWith }: Node["step"] = node.step;
    node = fusesWith === undefined ? undefined : nodes[shape.indexOf.get(fusesWith) ?? -1];
  }
  return members;
}

async function carryOut(scope: ChainScope, head: Node, members: readonly Node[]): Promise<Settled> {
  const followers = members.slice(1);
  for (const node of followers) {
    node.begun = true;
    node.running = true;
  }
  const at = scope.ctx.effects.now();
  const [first, ...rest] = await bring(scope, head, members, at);
  const reached = followers.filter((node, index) => isReached(node, rest[index]));
  for (const node of followers.slice(reached.length)) {
    node.begun = false;
    node.running = false;
  }
  giveBack(scope, followers.slice(reached.length));
  let before = head;
  for (const [index, node] of reached.entries()) {
    const result = rest[index];
    if (result === undefined) break;
    before.next = {
      node,
      goOn: () => endAtOnce(scope, node, result, at) ?? conclude(scope, node, result, at),
    };
    before = node;
  }
  if (first === undefined)
    return runStep(scope.ctx, head.step, head.record, scope.env, head.canceller);
  return endAtOnce(scope, head, first, at) ?? conclude(scope, head, first, at);
}

/** Whoever stopped the activity may have meant another step than the one that it was at: that one begins anew. */
function isReached(node: Node, result: ChainedResult | undefined): boolean {
  return result !== undefined && (result.kind !== "cancelled" || node.canceller.cancelled);
}

/** What the activity brought: nothing where the first step has to go the ordinary way. */
async function bring(
  scope: ChainScope,
  head: Node,
  members: readonly Node[],
  at: number,
): Promise<readonly ChainedResult[]> {
  const { ctx, env } = scope;
  const call = enters(scope, head) ? describeChain(ctx, env, members) : undefined;
  if (call === undefined) return [];
  note(scope, head, at);
  return ask(ctx, call, head.canceller);
}

/** Whether the first step's own condition lets it begin. The ordinary way says so where it does not. */
function enters({ ctx, env }: ChainScope, { step, record }: Node): boolean {
  return (
    step.if === undefined || record.entered === true || holds(ctx, step.if, env, step.id) === true
  );
}

function note(
  { ctx, env }: Pick<ChainScope, "ctx" | "env">,
  { step, record }: Node,
  at: number,
): void {
  record.startedAt ??= at;
  record.status = "running";
  ctx.report.note(factsOf(step), env.path, record);
}

/**
 * What most members come to: done, and nothing to arm or to hand on. The ordinary way would say the same with a dozen
 * awaits, each of which the sandbox tracks.
 */
function endAtOnce(
  { ctx, env }: ChainScope,
  node: Node,
  brought: ChainedResult,
  at: number,
): Settled | undefined {
  const { step, record } = node;
  if (brought.kind !== "succeeded" || brought.result.handoff !== undefined) return undefined;
  if (step.compensate !== undefined) return undefined;
  note({ ctx, env }, node, at + brought.startedMs);
  node.endedAt = at + brought.endedMs;
  record.entered = true;
  record.attempts += brought.result.attempts;
  return { status: "succeeded", output: brought.result.output };
}

/** Ends a member on what was brought for it. */
async function conclude(
  { ctx, env }: ChainScope,
  node: Node,
  brought: ChainedResult,
  at: number,
): Promise<Settled> {
  const { step, record, canceller } = node;
  record.startedAt ??= at + brought.startedMs;
  const { result, began } = await insist(ctx, env, node, brought, at);
  node.endedAt = began + result.endedMs;
  record.supplied = result;
  // Nothing reads it again: the input was evaluated where the work was done.
  if (step.compensate === undefined) record.prepared ??= null;
  return runStep(ctx, step, record, env, canceller);
}

/** The attempts that were too far away for the activity: one of its own for each, after the pause. */
async function insist(
  ctx: RunContext,
  env: Environment,
  node: Node,
  brought: ChainedResult,
  at: number,
): Promise<{ readonly result: ChainedResult; readonly began: number }> {
  let result = brought;
  let began = at;
  while (result.kind === "waiting") {
    await ctx.effects.sleep(result.delayMs, `${node.step.id} next attempt`, node.canceller);
    if (node.canceller.cancelled) break;
    const call = describeChain(ctx, env, [node], result.attempts);
    began = ctx.effects.now();
    const [next] = call === undefined ? [] : await ask(ctx, call, node.canceller);
    if (next === undefined) break;
    result = next;
  }
  return { result, began };
}

async function ask(
  ctx: RunContext,
  call: Parameters<RunContext["effects"]["activity"]>[0],
  cancel: Canceller,
): Promise<readonly ChainedResult[]> {
  const times = { startedMs: 0, endedMs: 0 };
  try {
    const result = (await ctx.effects.activity(call, cancel)) as ChainResult; // as: the contract's `chain`
    return result.results;
  } catch (error) {
    if (error instanceof EffectCancelled) return [{ ...times, kind: "cancelled" }];
    if (!(error instanceof EffectFailure)) throw error;
    const { type, attempts, details } = error;
    const message = messageOf(error);
    const info = { type, message, ...(details === undefined ? {} : { details }) };
    return [{ ...times, kind: "failed", error: info, attempts }];
  }
}

/**
 * What was not reached begins anew, or, cancelled meanwhile, never. A cancellation of the whole scope passes the steps
 * one by one, and what follows from a cancelled one is skipped; that of a failure has them all.
 */
function giveBack(scope: ChainScope, nodes: readonly Node[]): void {
  const ended = nodes.filter((node) => node.canceller.cancelled);
  if (ended[0]?.cancelledWithAll === true) ended.reverse();
  for (const node of ended) {
    const { reason } = node.canceller;
    const order = node.order === "again" ? undefined : node.order;
    scope.settle(indexOf(scope, node), order ?? { status: "cancelled", reason });
  }
}

/**
 * Once a member has settled: settles those behind it that need no more than that. What the next one still has to do, if
 * anything, the scope launches.
 */
export function goOnInChain(
  scope: ChainScope,
  first: Node,
):
  | { readonly index: number; readonly node: Node; readonly work: () => Promise<Settled> }
  | undefined {
  for (let next = takeNext(first); next !== undefined; next = takeNext(next.node)) {
    const { node, goOn } = next;
    const index = indexOf(scope, node);
    const outcome = goOn();
    if (outcome instanceof Promise) return { index, node, work: () => outcome };
    node.running = false;
    if (node.order === "again") scope.again(index, node);
    else scope.settle(index, node.order ?? outcome);
  }
  return undefined;
}

/** Only once: a step that an operator runs again is on its own. */
function takeNext(node: Node): Node["next"] {
  const { next } = node;
  node.next = undefined;
  return next;
}

function indexOf({ shape }: ChainScope, { step }: Node): number {
  return shape.indexOf.get(step.id) ?? -1;
}
