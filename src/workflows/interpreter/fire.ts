import { defined, type ErrorInfo, type JsonObject, type JsonValue } from "../../core/index.ts";
import {
  advanceChain,
  advanceChainTogether,
  groupChain,
  resumeChain,
  runsInChain,
  startChain,
  type Chain,
} from "../../hooks/chain.ts";
import type { Hook, HookEvent, Outcome } from "../../hooks/index.ts";
import type { Body, PlanStep } from "../../patterns/plan.ts";
import { askPerson } from "./approvals.ts";
import { createCanceller, type Canceller } from "./canceller.ts";
import { haltRun, keepInBackground, type RunContext } from "./context.ts";
import { callHook, wantsToRun } from "./hook-call.ts";
import type { PointResult, Subject } from "./ports.ts";
import { describeInjection } from "./injections.ts";
import { failed } from "./state.ts";
import { watchesWrites, writeState } from "./state-writes.ts";
import { hooksAt, watches } from "./watches.ts";

export interface StepFactsForHooks {
  readonly input?: JsonValue;
  readonly output?: JsonValue;
  readonly error?: ErrorInfo;
  readonly reason?: string;
  readonly durationMs?: number;
}

/**
 * Fires a point: its hooks in order, each seeing what the ones before it changed. A point without hooks costs one
 * look-up: no activity, no event, no subject.
 */
export async function fire(
  ctx: RunContext,
  point: string,
  step: string | undefined,
  describe: () => Subject,
  cancel: Canceller,
): Promise<PointResult | undefined> {
  const numbers = hooksAt(ctx, point, step);
  if (numbers.length === 0) return undefined;
  const firing: Firing = { ctx, point, subject: describe(), cancel };
  const hooks = numbers
    .map((number) => ctx.hooks.hooks[number])
    .filter((hook) => hook !== undefined)
    .filter((hook) => firing.subject.asksStatus !== true || matchesStatus(hook));
  let chain = startChain(firing.subject.input);
  for (const group of groupChain(hooks)) {
    chain = await runGroup(firing, chain, group);
    if (chain.decision.outcome !== "ask" || chain.stop !== undefined) continue;
    const answer = await askAbout(firing, chain.decision);
    if ("status" in answer)
      return { decision: chain.decision, input: chain.input, failure: answer };
    // A yes settles the question only: the guards after it still get their turn.
    chain = {
      ...resumeChain(chain),
      ...(answer.input === undefined ? {} : { input: answer.input }),
    };
  }
  return conclude(firing, chain);
}

function matchesStatus({ implied, match }: Hook): boolean {
  return implied?.status !== undefined || match?.status !== undefined;
}

type Question = Parameters<typeof askPerson>[3];

function askAbout(firing: Firing, question: Question): ReturnType<typeof askPerson> {
  const { ctx, point, subject, cancel } = firing;
  const ask = (): ReturnType<typeof askPerson> => askPerson(ctx, point, subject, question, cancel);
  const { step } = subject;
  const isWatched =
    step?.kind === "agent" &&
    (watches(ctx, "agent.enter", step.id) || watches(ctx, "agent.exit", step.id));
  return isWatched ? whilePaused(firing, ask) : ask();
}

/** A person is asked about an agent's step: the agent is paused until they answered. */
async function whilePaused<Answer>(
  { ctx, subject, point: asking }: Firing,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const tell = (point: string): Promise<PointResult | undefined> => {
    const describe = (): Subject => ({
      ...subject,
      data: { status: "paused" },
      moment: `paused:${asking}`,
    });
    return fire(ctx, point, subject.step?.id, describe, createCanceller());
  };
  await tell("agent.enter");
  const answer = await work();
  await tell("agent.exit");
  return answer;
}

interface Firing {
  readonly ctx: RunContext;
  readonly point: string;
  readonly subject: Subject;
  readonly cancel: Canceller;
}

/** One hook, or several that their protocol runs side by side on the same input. */
async function runGroup(firing: Firing, chain: Chain, group: readonly Hook[]): Promise<Chain> {
  const { ctx, point, subject, cancel } = firing;
  const calls: { readonly hook: Hook; readonly outcome: Promise<Outcome> }[] = [];
  for (const hook of group) {
    if (!runsInChain(chain, hook) || cancel.cancelled) continue;
    const event = eventFor(ctx, point, hook.name, subject, chain.input);
    if (!wantsToRun(ctx, hook, event)) continue;
    const sync = hook.mode === "sync";
    const outcome = callHook(ctx, hook, event, subject, sync ? cancel : ctx.root);
    if (sync) calls.push({ hook, outcome });
    else keepInBackground(ctx, outcome);
  }
  const results: { readonly hook: Hook; outcome: Outcome }[] = [];
  for (const call of calls) results.push({ hook: call.hook, outcome: await call.outcome });
  if (watchesWrites(ctx, point, subject)) await writeAll(ctx, subject, results);
  else
    for (const { outcome } of results)
      if (outcome.state !== undefined) ctx.state = { ...ctx.state, ...outcome.state };
  return foldIn(chain, results);
}

function foldIn(
  chain: Chain,
  results: readonly { readonly hook: Hook; readonly outcome: Outcome }[],
): Chain {
  const [first] = results;
  if (first === undefined) return chain;
  return results.length === 1
    ? advanceChain(chain, first.hook, first.outcome)
    : advanceChainTogether(chain, results);
}

/** Writes what hooks want kept; a write that other hooks refuse turns its hook's outcome into that refusal. */
async function writeAll(
  ctx: RunContext,
  subject: Subject,
  results: { readonly hook: Hook; outcome: Outcome }[],
): Promise<void> {
  for (const result of results) {
    const { state: patch, ...rest } = result.outcome;
    if (patch === undefined) continue;
    const refused = await writeState(ctx, { patch, subject, by: result.hook.name, wave: results });
    if (refused === undefined) continue;
    const { inject, message, stop } = rest;
    const extras = defined({ inject, message, stop });
    result.outcome = { outcome: "cancel", reason: refused, ...extras };
  }
}

/** Turns what the chain decided into what the subject has to do. */
function conclude(firing: Firing, chain: Chain): PointResult {
  const { ctx, point, subject } = firing;
  const details = (hook: string | undefined): JsonObject => ({
    hook: hook ?? null,
    point,
    ...(subject.key === "" ? {} : { step: subject.key }),
  });
  const at = subject.step === undefined ? undefined : { key: subject.key, kind: subject.step.kind };
  for (const injection of chain.injections)
    ctx.mailbox.injections.push(describeInjection(injection, point, at));
  if (chain.stop !== undefined) {
    const error = {
      type: "HookStopped",
      message: chain.stop.reason,
      details: details(chain.stop.hook),
    };
    haltRun(ctx, { kind: "failed", error });
    return { decision: chain.decision, input: chain.input, failure: { status: "failed", error } };
  }
  const { decision, input, cache, decidedBy: by } = chain;
  const result = { decision, input, ...defined({ cache, by }) };
  return decision.outcome === "cancel"
    ? { ...result, failure: failed("HookCancelled", decision.reason, details(by)) }
    : result;
}

/** The point, and which of its moments where one subject has several. */
function momentOf(point: string, { moment }: Subject): string {
  return moment === undefined ? point : `${point}:${moment}`;
}

/** What a hook is told of a moment. */
export function eventFor(
  ctx: RunContext,
  point: string,
  hook: string,
  subject: Subject,
  input: JsonValue,
): HookEvent {
  const { identity, plan, facts } = ctx;
  const step = subject.step;
  const attempt = subject.attempt > 1 ? `/${String(subject.attempt)}` : "";
  // Work that an operator wants done again is work of its own for its hooks.
  const again = ctx.retries > 0 ? `~${String(ctx.retries)}` : "";
  return {
    id: `${identity.workflowId}/${identity.firstRunId}/${momentOf(point, subject)}/${subject.key}${attempt}${again}`,
    point,
    hook,
    run: {
      id: identity.runId,
      workflowId: identity.workflowId,
      pattern: plan.name,
      version: plan.version,
      ...(facts.session === undefined ? {} : { session: facts.session }),
      ...(step === undefined ? { input } : {}),
    },
    ...(step === undefined ? {} : { step: { ...step, input } }),
    ...(subject.data === undefined ? {} : { data: subject.data }),
    state: ctx.state,
    workspace: facts.workspace,
  };
}

/** The subject of a point that is about one instance of a step. */
export function stepSubject(
  step: PlanStep,
  path: string,
  attempt: number,
  body: Body,
  facts: StepFactsForHooks,
  data?: JsonObject,
): Subject {
  const input = facts.input ?? null;
  const role = body.kind === "agent" && "lit" in body.role ? body.role.lit : undefined;
  return {
    key: path === "" ? step.id : `${step.id}[${path}]`,
    input,
    attempt,
    ...(data === undefined ? {} : { data }),
    ...(typeof data?.["status"] === "string" ? { moment: data["status"] } : {}),
    step: {
      id: step.id,
      kind: body.kind,
      tool: step.tool,
      attempt,
      input,
      ...defined({
        name: step.name,
        type: step.type,
        role: typeof role === "string" ? role : undefined,
        instance: path === "" ? undefined : path,
        output: facts.output,
        error: facts.error === undefined ? undefined : { ...facts.error },
        reason: facts.reason,
        durationMs: facts.durationMs,
      }),
    },
  };
}
