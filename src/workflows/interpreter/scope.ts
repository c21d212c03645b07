/**
 * The scheduler of one scope: a ready queue with counters, no waves.
 *
 * S1  A step begins the moment its join is decided, and a join is decided the moment it can be.
 * S2  Every step settles exactly once and never runs again, not after continue-as-new either, unless an operator asks.
 * S3  Steps that become ready together are offered in declaration order.
 * S4  The scope ends when every step settled and nothing of it runs, or, while draining, when nothing of it runs.
 * S5  No recursion along the graph: chains of any length cost a loop, not stack.
 */
import { defined } from "../../core/index.ts";
import type { PlanStep } from "../../patterns/plan.ts";
import type { Canceller } from "./canceller.ts";
import { goOnInChain, runChained } from "./chain.ts";
import { drainIfAsked, keepsInterrupted, onLaterDrain, type RunContext } from "./context.ts";
import { armDeadlines, rearmDeadlines } from "./deadlines.ts";
import { scopeEnvironment, type Environment } from "./environment.ts";
import { hasHooks, watches } from "./watches.ts";
import { decideJoin, noLongerNeeded } from "./joins.ts";
import { unlessCancelled } from "./late-wait.ts";
import {
  applyOutcome,
  createNode,
  factsOf,
  isFailure,
  recount,
  tallyUp,
  type Node,
} from "./node.ts";
import type { ScopeEnds, ScopeOptions, ScopeOutcome } from "./ports.ts";
import { passedOver, refuseJump } from "./scope-jumps.ts";
import { reopen, steerScope, type SteeredScope } from "./scope-steering.ts";
import { shapeOf, type ScopeShape } from "./shape.ts";
import { isSettled, type ScopeRecord, type Settled } from "./state.ts";
import { openPlace } from "./steering.ts";
import { cancelStep, runStep, skipStep } from "./step.ts";
import { needsSlot } from "./working-kinds.ts";

/** Runs the steps of one scope to their end. Never rejects for a failing step: failures are outcomes. */
export function runScope(
  ctx: RunContext,
  steps: readonly PlanStep[],
  record: ScopeRecord,
  around: Environment | undefined,
  cancel: Canceller,
  options: ScopeOptions = {},
): Promise<ScopeOutcome> {
  return new Promise((resolve, reject) => {
    new Scheduler(ctx, shapeOf(steps), record, around, cancel, options, {
      resolve,
      reject,
    }).begin();
  });
}

class Scheduler implements SteeredScope {
  readonly ctx: RunContext;
  readonly shape: ScopeShape;
  readonly #cancel: Canceller;
  readonly #options: ScopeOptions;
  readonly #ends: ScopeEnds;
  readonly env: Environment;
  readonly nodes: readonly Node[];
  readonly #settled: number[] = [];
  readonly #alone: number[] = [];
  #unsettled: number;
  #active = 0;
  #propagating = false;
  #ended = false;
  #failure: ScopeOutcome["failure"];
  #forget: (() => void)[] = [];

  constructor(
    ctx: RunContext,
    shape: ScopeShape,
    record: ScopeRecord,
    around: Environment | undefined,
    cancel: Canceller,
    options: ScopeOptions,
    ends: ScopeEnds,
  ) {
    this.ctx = ctx;
    this.shape = shape;
    this.#cancel = cancel;
    this.#options = options;
    this.#ends = ends;
    this.env = scopeEnvironment(around, record, shape.ids);
    this.nodes = shape.steps.map((step) => createNode(step, record, cancel));
    this.#unsettled = this.nodes.filter((node) => !isSettled(node.record.status)).length;
  }

  begin(): void {
    if (this.#unsettled < this.nodes.length) this.#failure = recount(this.shape, this.nodes);
    this.#forget = [
      openPlace(this.ctx, steerScope(this)),
      onLaterDrain(this.ctx, () => {
        this.finishIfDone();
      }),
      this.#cancel.onCancel(() => {
        this.#cancelAll(this.#cancel.reason);
        this.finishIfDone();
      }),
    ];
    this.nodes.forEach((_node, index) => {
      this.#consider(index);
    });
    if (keepsInterrupted(this.ctx)) rearmDeadlines(this, this.#cancel, this.#expire);
    this.#launchAlone();
    this.finishIfDone();
  }

  again(index: number, node: Node): void {
    this.#unsettled += reopen(this, index, this.#cancel);
    this.#failure = recount(this.shape, this.nodes);
    this.#offer(index, node);
  }

  #consider(index: number): void {
    const node = this.nodes[index];
    if (node === undefined || node.begun || isSettled(node.record.status)) return;
    const decision = node.record.jumpedTo === true ? "run" : decideJoin(node.step.join, node.tally);
    if (decision === "wait") return;
    if (decision === "run") {
      for (const need of noLongerNeeded(node.step))
        this.#cancelStep(need, `step ${node.step.id} no longer needs it`);
      this.#offer(index, node);
    } else this.#skip(index, node, decision.skip);
  }

  #skip(index: number, node: Node, reason: string): void {
    if (!hasHooks(this.ctx, "step.skipped", node.step.id)) {
      this.settle(index, { status: "skipped", reason });
      return;
    }
    this.#launch(index, node, () => skipStep(this.ctx, node.step, this.env, reason));
  }

  /** Gives a ready step to the run's slots, or, interleaved, to the scope's own turn. */
  #offer(index: number, node: Node): void {
    node.begun = true;
    node.record.status = "ready";
    node.deadline?.cancel("decided");
    if (this.#options.interleaved !== true) this.#take(index, node);
    else if (this.#alone.push(index) > 0 && !this.#propagating) this.#launchAlone();
  }

  #launchAlone(): void {
    if (this.#active > 0 || this.ctx.draining) return;
    const index = this.#alone.shift();
    const node = index === undefined ? undefined : this.nodes[index];
    if (index === undefined || node === undefined) return;
    // Settled while it waited for its turn.
    if (isSettled(node.record.status)) this.#launchAlone();
    else this.#take(index, node);
  }

  #take(index: number, node: Node): void {
    const work = (): Promise<Settled> =>
      runChained(this, node) ?? runStep(this.ctx, node.step, node.record, this.env, node.canceller);
    if (!needsSlot(node.step)) {
      if (!this.ctx.draining) this.#launch(index, node, work);
      return;
    }
    const { slots } = this.ctx;
    slots.request(() => {
      // Cancelled while it waited for its turn; its hooks may still be told of that.
      if (this.#ended || node.running || isSettled(node.record.status)) slots.release();
      else
        this.#launch(index, node, work, () => {
          slots.release();
        });
    });
  }

  #launch(
    index: number,
    node: Node,
    work: () => Promise<Settled>,
    release: () => void = () => undefined,
  ): void {
    node.begun = true;
    node.running = true;
    this.#active += 1;
    armDeadlines(this, index, this.#cancel, this.#expire);
    work().then(
      (outcome) => {
        release();
        this.#active -= 1;
        node.running = false;
        if (node.order === "again") this.again(index, node);
        else this.settle(index, node.order ?? unlessCancelled(this.ctx, node, outcome));
        const next = goOnInChain(this, node);
        if (next !== undefined) this.#launch(next.index, next.node, next.work);
        this.#launchAlone();
        this.finishIfDone();
      },
      (error: unknown) => {
        this.#ends.reject(error);
      },
    );
  }

  readonly #expire = (index: number, node: Node): void => {
    this.#skip(index, node, "the join's deadline passed");
    this.finishIfDone();
  };

  settle(index: number, outcome: Settled): void {
    const node = this.nodes[index];
    if (node === undefined || outcome.status === "suspended" || isSettled(node.record.status))
      return;
    const jump = outcome.status === "skipped" ? outcome.jumpTo : undefined;
    const refused =
      jump === undefined ? undefined : refuseJump(this.shape, this.nodes, node.step, jump);
    applyOutcome(node.record, refused ?? outcome, node.endedAt ?? this.ctx.effects.now());
    node.begun = true;
    node.deadline?.cancel("decided");
    this.#unsettled -= 1;
    this.ctx.report.note(factsOf(node.step), this.env.path, node.record);
    if (jump !== undefined && refused === undefined) this.#jumpTo(jump);
    this.#settled.push(index);
    drainIfAsked(this.ctx);
    if (!this.#propagating) this.#propagate();
  }

  /** The target begins whatever its join says; what has not begun and does not follow from it is passed over. */
  #jumpTo(target: string): void {
    const at = this.shape.indexOf.get(target) ?? -1;
    const node = this.nodes[at];
    if (node === undefined) return;
    node.record.jumpedTo = true;
    this.#offer(at, node);
    const reason = `passed over on the way to ${target}`;
    for (const index of passedOver(this.shape, this.nodes, at)) this.#passOver(index, reason);
  }

  #passOver(index: number, reason: string): void {
    const node = this.nodes[index];
    if (node !== undefined && watches(this.ctx, "step.skipped", node.step.id))
      this.#skip(index, node, reason);
    else this.settle(index, { status: "skipped", reason });
  }

  #propagate(): void {
    this.#propagating = true;
    // The list grows while it is walked: that is how a cascade stays a loop.
    for (const index of this.#settled) {
      const node = this.nodes[index];
      if (node === undefined) continue;
      this.#react(node);
      for (const dependent of this.shape.dependents[index] ?? []) {
        tallyUp(this.nodes[dependent], node.record.status);
        this.#consider(dependent);
      }
    }
    this.#settled.length = 0;
    this.#propagating = false;
    this.#launchAlone();
  }

  #react(node: Node): void {
    if (isFailure(node)) {
      this.#failure ??= { step: node.step, record: node.record };
      if (this.ctx.plan.failFast) this.#cancelAll(`step ${node.step.id} failed`);
    }
    if (node.record.status !== "succeeded") return;
    for (const id of node.step.cancels ?? [])
      this.#cancelStep(id, `cancelled by step ${node.step.id}`);
  }

  #cancelAll(reason: string): void {
    for (const step of this.shape.steps) this.#cancelStep(step.id, reason);
  }

  #cancelStep(id: string, reason: string): void {
    const index = this.shape.indexOf.get(id) ?? -1;
    const node = this.nodes[index];
    if (node === undefined || isSettled(node.record.status)) return;
    node.order = undefined;
    node.canceller.cancel(reason);
    node.cancelledWithAll = this.#propagating;
    if (node.running) return;
    if (watches(this.ctx, "step.cancelled", id))
      this.#launch(index, node, () => cancelStep(this.ctx, node.step, this.env, reason));
    else this.settle(index, { status: "cancelled", reason });
  }

  finishIfDone(): void {
    // What has settled but not had its effect yet may still fail the scope, or begin something.
    if (this.#ended || this.#active > 0 || this.#settled.length > 0) return;
    if (this.#unsettled > 0 && !this.ctx.draining) return;
    this.#ended = true;
    for (const node of this.nodes) node.deadline?.cancel("the scope ended");
    for (const forget of this.#forget) forget();
    const kind = this.#unsettled > 0 ? ("suspended" as const) : ("done" as const);
    this.#ends.resolve(defined({ kind, failure: this.#failure }));
  }
}
