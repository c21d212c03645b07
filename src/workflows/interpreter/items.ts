import type { PlanForeach, PlanStep } from "../../patterns/plan.ts";
import type { Canceller } from "./canceller.ts";
import { drainIfAsked, isAtLeast, keepInBackground, onDrain, type RunContext } from "./context.ts";
import type { Environment } from "./environment.ts";
import { startTimer } from "./deadlines.ts";
import { decideForeach, foreachFailure, foreachOutput, pastDeadline } from "./foreach-verdict.ts";
import { runInstance } from "./instance.ts";
import { runPlainInstance } from "./plain-step.ts";
import { applyOutcome, factsOf, tallyUp } from "./node.ts";
import { isSettled, type Settled, type StepRecord } from "./state.ts";
import { openPlace, reopenRecord, type Target } from "./steering.ts";
import { takesSlotPerItem } from "./working-kinds.ts";

/** What a foreach runs over: one record and one environment per item. */
export interface Items {
  readonly ctx: RunContext;
  readonly step: PlanStep;
  readonly foreach: PlanForeach;
  readonly records: readonly StepRecord[];
  readonly envs: readonly Environment[];
  readonly cancel: Canceller;
  /** When the completion rule has to be met. */
  readonly deadlineAt: number | undefined;
}

/** Runs the items until the completion rule is decided, the step is cancelled, or the run drains. */
export function runItems(items: Items): Promise<Settled> {
  return new Promise((resolve, reject) => {
    new ItemRunner(items, resolve, reject).begin();
  });
}

class ItemRunner {
  readonly #items: Items;
  readonly #resolve: (outcome: Settled) => void;
  readonly #reject: (error: unknown) => void;
  readonly #limit: number;
  readonly #tally = { total: 0, succeeded: 0, failed: 0, skipped: 0, cancelled: 0 };
  #next = 0;
  /** Items that run or wait for a slot. */
  #taken = 0;
  #running = 0;
  #decided: Settled | undefined;
  #forget: () => void = () => undefined;
  #deadline: Canceller | undefined;
  /** What an operator wants of an item once its work, which was just cancelled, is over. */
  readonly #orders = new Map<number, Settled | "again">();
  readonly #cancellers = new Map<number, Canceller>();
  /** Items to be run again. */
  readonly #again: number[] = [];
  #whenIdle: (() => void)[] = [];

  constructor(items: Items, resolve: (outcome: Settled) => void, reject: (error: unknown) => void) {
    this.#items = items;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#limit = items.foreach.concurrency ?? Number.POSITIVE_INFINITY;
    this.#tally.total = items.records.length;
    for (const record of items.records) this.#count(record);
  }

  begin(): void {
    const { ctx } = this.#items;
    const undo = [
      openPlace(ctx, { find: (step, path) => this.#find(step, path) }),
      onDrain(ctx, () => {
        this.#check();
      }),
    ];
    this.#forget = () => {
      for (const each of undo) each();
      this.#deadline?.cancel("the foreach was decided");
    };
    this.#armDeadline();
    this.#items.cancel.onCancel(() => {
      this.#check();
    });
    this.#check();
    this.#pump();
  }

  #armDeadline(): void {
    const { ctx, step, cancel, deadlineAt } = this.#items;
    if (deadlineAt === undefined) return;
    this.#deadline = startTimer(ctx, deadlineAt, `${step.id} foreach deadline`, cancel, () => {
      if (this.#decided === undefined) this.#decide(pastDeadline(this.#tally), true);
      this.#check();
    });
  }

  #count(record: StepRecord): void {
    if (isSettled(record.status)) tallyUp({ tally: this.#tally }, record.status);
  }

  get #stopped(): boolean {
    return this.#decided !== undefined || this.#items.cancel.cancelled || this.#items.ctx.draining;
  }

  #find(step: string, path: string | undefined): Target | undefined {
    const { envs, records } = this.#items;
    if (step !== this.#items.step.id || path === undefined) return undefined;
    const index = envs.findIndex((env) => env.path === path);
    const record = records[index];
    if (record === undefined) return undefined;
    return {
      record,
      path,
      isFatal: false,
      outputSchema: this.#items.step.outputSchema,
      end: (outcome) => {
        this.#order(index, outcome);
      },
      again: () => {
        this.#order(index, "again");
      },
    };
  }

  #order(index: number, order: Settled | "again"): void {
    const record = this.#items.records[index];
    if (record?.status === "running") {
      this.#orders.set(index, order);
      this.#cancellers.get(index)?.cancel("an operator decided otherwise");
      return;
    }
    if (order === "again") this.#reopen(index);
    else this.#settle(index, order);
    this.#check();
    this.#pump();
  }

  #reopen(index: number): void {
    const { ctx, step, records, envs } = this.#items;
    const record = records[index];
    if (record === undefined) return;
    if (record.status === "failed") this.#tally.failed -= 1;
    reopenRecord(record);
    ctx.report.note(factsOf(step), envs[index]?.path ?? "", record);
    this.#again.push(index);
  }

  #nextIndex(): number | undefined {
    const again = this.#again.shift();
    if (again !== undefined) return again;
    return this.#next < this.#items.records.length ? this.#next++ : undefined;
  }

  #pump(): void {
    const { records, step, ctx } = this.#items;
    while (this.#taken < this.#limit && !this.#stopped) {
      const index = this.#nextIndex();
      if (index === undefined) return;
      const record = records[index];
      if (record === undefined || isSettled(record.status)) continue;
      this.#taken += 1;
      if (!takesSlotPerItem(step)) this.#run(index, record, () => undefined);
      else
        ctx.slots.request(() => {
          // Decided or cancelled while it waited for its turn.
          if (this.#stopped) ctx.slots.release();
          else if (isSettled(record.status)) {
            this.#taken -= 1;
            ctx.slots.release();
            this.#pump();
          } else
            this.#run(index, record, () => {
              ctx.slots.release();
            });
        });
    }
  }

  #run(index: number, record: StepRecord, release: () => void): void {
    const { ctx, step, envs, cancel } = this.#items;
    const env = envs[index];
    if (env === undefined) return;
    this.#running += 1;
    record.status = "running";
    record.startedAt ??= ctx.effects.now();
    ctx.report.note(factsOf(step), env.path, record);
    const canceller = cancel.child();
    this.#cancellers.set(index, canceller);
    const item = { ctx, step, record, env, cancel: canceller };
    const work = runPlainInstance(item) ?? runInstance(ctx, step, record, env, canceller);
    work.then(
      (outcome) => {
        this.#running -= 1;
        this.#taken -= 1;
        canceller.cancel("the item is over");
        this.#cancellers.delete(index);
        this.#conclude(index, outcome);
        if (isAtLeast(ctx, 2)) drainIfAsked(ctx);
        release();
        this.#check();
        this.#pump();
      },
      (error: unknown) => {
        this.#reject(error);
      },
    );
  }

  #conclude(index: number, outcome: Settled): void {
    const order = this.#orders.get(index);
    this.#orders.delete(index);
    if (order === "again" && !this.#items.cancel.cancelled) this.#reopen(index);
    else this.#settle(index, order === undefined || order === "again" ? outcome : order);
  }

  #settle(index: number, outcome: Settled): void {
    const { ctx, step, records, envs } = this.#items;
    const record = records[index];
    if (record === undefined || outcome.status === "suspended" || isSettled(record.status)) return;
    applyOutcome(record, outcome, ctx.effects.now());
    this.#count(record);
    ctx.report.note(factsOf(step), envs[index]?.path ?? "", record);
  }

  #check(): void {
    if (this.#decided === undefined) this.#judge();
    if (this.#running > 0) return;
    const waiting = this.#whenIdle;
    this.#whenIdle = [];
    for (const wake of waiting) wake();
  }

  #judge(): void {
    const { ctx, foreach, records, cancel } = this.#items;
    if (cancel.cancelled) {
      this.#decide({ status: "cancelled", reason: cancel.reason }, true);
      return;
    }
    const decision = decideForeach(foreach, this.#tally, ctx.plan.failFast);
    if (decision.kind === "met")
      this.#decide({ status: "succeeded", output: foreachOutput(records) }, decision.cancelRest);
    else if (decision.kind === "failed")
      this.#decide(foreachFailure(records, decision.reason), true);
    else if (ctx.draining && this.#running === 0) this.#decide({ status: "suspended" }, true);
  }

  /** The verdict is out: either the rest is cancelled and awaited, or it goes on without effect on this step. */
  #decide(outcome: Settled, cancelRest: boolean): void {
    this.#decided = outcome;
    this.#forget();
    const idle = new Promise<void>((wake) => this.#whenIdle.push(wake)).then(() => {
      if (outcome.status !== "suspended") this.#cancelUnstarted();
    });
    if (cancelRest) {
      if (outcome.status !== "suspended") this.#items.cancel.cancel("the foreach was decided");
      idle.then(() => {
        this.#resolve(outcome);
      }, this.#reject);
    } else {
      keepInBackground(this.#items.ctx, idle);
      this.#resolve(outcome);
    }
  }

  #cancelUnstarted(): void {
    this.#items.records.forEach((record, index) => {
      if (!isSettled(record.status))
        this.#settle(index, { status: "cancelled", reason: "the foreach was decided" });
    });
  }
}
