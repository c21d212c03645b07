/**
 * Steps that react: one instance per event that fits, in order of arrival.
 *
 * R1  An event is taken by a step once, whichever execution of the run it arrives in.
 * R2  It stops listening when it has taken `max` events, when its time is over, when an instance fails, or when it is
 *     cancelled; it ends once the instances that run are over.
 * R3  While the run drains nothing is taken: what arrives waits in the mailbox for the next execution.
 */
import { matchesEventGlob, type JsonValue } from "../../core/index.ts";
import type { PlanReaction, PlanStep } from "../../patterns/plan.ts";
import type { EventSignal } from "../messages.ts";
import type { Canceller } from "./canceller.ts";
import { holds } from "./conditions.ts";
import { drainIfAsked, onDrain, type RunContext } from "./context.ts";
import { startTimer } from "./deadlines.ts";
import type { Environment } from "./environment.ts";
import { applyOutcome, factsOf } from "./node.ts";
import { createStepRecord, failed, isSettled, type Settled, type StepRecord } from "./state.ts";
import { toJson } from "./to-json.ts";
import { takesSlotPerItem } from "./working-kinds.ts";

/** Runs one instance of the step. */
type RunOnce = (
  ctx: RunContext,
  step: PlanStep,
  record: StepRecord,
  env: Environment,
  cancel: Canceller,
) => Promise<Settled>;

export interface Reacting {
  readonly ctx: RunContext;
  readonly step: PlanStep;
  readonly reacts: PlanReaction;
  readonly record: StepRecord;
  readonly env: Environment;
  readonly cancel: Canceller;
  readonly once: RunOnce;
}

/** Listens and reacts until R2 says otherwise, or the run drains. The output lists what each instance gave. */
export function runReactions(given: Reacting): Promise<Settled> {
  return new Promise((resolve, reject) => {
    new Reactor(given, resolve, reject).begin();
  });
}

class Reactor {
  readonly #given: Reacting;
  readonly #resolve: (outcome: Settled) => void;
  readonly #reject: (error: unknown) => void;
  readonly #items: StepRecord[];
  readonly #events: (JsonValue | null)[];
  readonly #queue: number[] = [];
  readonly #undo: (() => void)[] = [];
  /** The step as each event runs it. */
  readonly #step: PlanStep;
  readonly #cancel: Canceller;
  #running = 0;
  /** Of those that run, the ones that have no slot yet. */
  #waiting = 0;
  #isListening = true;
  #isOver = false;
  #failure: Settled | undefined;

  constructor(given: Reacting, resolve: (outcome: Settled) => void, reject: (e: unknown) => void) {
    const { record, step, cancel } = given;
    this.#given = given;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#items = record.items ??= [];
    this.#events = record.events ??= [];
    this.#cancel = cancel.child();
    const { reacts: _reacts, ...once } = step;
    this.#step = once;
  }

  begin(): void {
    const { ctx, record, reacts, step, env, cancel } = this.#given;
    record.status = "running";
    ctx.report.note(factsOf(step), env.path, record);
    if (reacts.forMs !== undefined) this.#limit(reacts.forMs);
    this.#undo.push(
      cancel.onCancel(() => {
        this.#isListening = false;
        this.#check();
      }),
      onDrain(ctx, () => {
        this.#check();
      }),
    );
    for (const [index, item] of this.#items.entries())
      if (!isSettled(item.status)) this.#queue.push(index);
    for (const event of [...ctx.mailbox.events]) this.#look(event);
    this.#undo.push(
      ctx.mailbox.onEvent((event) => {
        this.#look(event);
      }),
    );
    this.#check();
  }

  /** The end is kept in the record, so that a continued run does not grant the time anew. */
  #limit(forMs: number): void {
    const { ctx, record, step, cancel } = this.#given;
    record.deadlineAt ??= ctx.effects.now() + forMs;
    const timer = startTimer(ctx, record.deadlineAt, `${step.id} listens`, cancel, () => {
      this.#isListening = false;
      this.#check();
    });
    this.#undo.push(() => {
      timer.cancel("no longer needed");
    });
  }

  #look(event: EventSignal): void {
    const { ctx, step, reacts, env } = this.#given;
    if (!this.#isListening || ctx.draining || ctx.halt !== undefined) return;
    if (reacts.max !== undefined && this.#items.length >= reacts.max) return;
    if (!matchesEventGlob(reacts.event, event.type) || ctx.mailbox.wasTaken(step.id, event)) return;
    const seen = shownEvent(event);
    const fits =
      reacts.match === undefined ||
      holds(ctx, reacts.match, env, `${step.id}: on.match`, { event: seen });
    if (fits === false) return;
    ctx.mailbox.take(step.id, event);
    const item = createStepRecord();
    this.#items.push(item);
    this.#events.push(seen);
    const index = this.#items.length - 1;
    if (fits === true) this.#queue.push(index);
    else this.#settle(index, fits);
    this.#check();
  }

  #pump(): void {
    const { ctx, reacts, step } = this.#given;
    const limit = reacts.concurrency ?? Number.POSITIVE_INFINITY;
    while (this.#queue.length > 0 && this.#running < limit && !this.#isStopped) {
      const index = this.#queue.shift();
      if (index === undefined) return;
      this.#running += 1;
      if (!takesSlotPerItem(step) || step.foreach !== undefined) this.#run(index, () => undefined);
      else {
        this.#waiting += 1;
        ctx.slots.request(() => {
          this.#waiting -= 1;
          this.#run(index, () => {
            ctx.slots.release();
          });
        });
      }
    }
  }

  get #isStopped(): boolean {
    return this.#cancel.cancelled || this.#given.ctx.draining || this.#failure !== undefined;
  }

  #run(index: number, release: () => void): void {
    const { ctx, env, once } = this.#given;
    const item = this.#items[index];
    const event = this.#events[index];
    const over = (outcome: Settled): void => {
      this.#running -= 1;
      release();
      this.#settle(index, outcome);
      drainIfAsked(ctx);
      this.#check();
    };
    // Stopped while it waited for its turn.
    if (item === undefined || event === undefined || this.#isStopped) {
      over({ status: "suspended" });
      return;
    }
    const path = env.path === "" ? String(index) : `${env.path}.${String(index)}`;
    const around = { parent: env, record: env.record, ids: env.ids, event, path };
    const cancel = this.#cancel.child();
    once(ctx, this.#step, item, around, cancel).then((outcome) => {
      cancel.cancel("the event was handled");
      over(outcome);
    }, this.#reject);
  }

  #settle(index: number, outcome: Settled): void {
    const { ctx, step, env } = this.#given;
    const item = this.#items[index];
    if (item === undefined || outcome.status === "suspended" || isSettled(item.status)) return;
    applyOutcome(item, outcome, ctx.effects.now());
    // What was handled is not carried along.
    this.#events[index] = null;
    const path = env.path === "" ? String(index) : `${env.path}.${String(index)}`;
    ctx.report.note(factsOf(step), path, item);
    if (outcome.status !== "failed" || step.onError === "continue") return;
    const { type, message, details } = outcome.error;
    this.#failure ??= failed(type, `event ${String(index)}: ${message}`, details);
    this.#isListening = false;
    if (ctx.plan.failFast) this.#cancel.cancel(`event ${String(index)} failed`);
  }

  /** Goes on, or ends when nothing is left to do. */
  #check(): void {
    if (this.#isOver) return;
    const { ctx, reacts, step, env } = this.#given;
    if (reacts.max !== undefined && this.#items.length >= reacts.max) this.#isListening = false;
    this.#pump();
    if (this.#isListening)
      ctx.report.waiting(
        step.id,
        env.path,
        `events ${reacts.event}, ${String(this.#items.length)} so far`,
      );
    // While the run drains nobody is given a slot any more: the next execution runs who waits for one.
    const working = this.#running - (ctx.draining ? this.#waiting : 0);
    const ending = working > 0 ? undefined : this.#ending();
    if (ending !== undefined) this.#end(ending);
  }

  #ending(): Settled | undefined {
    const { ctx, cancel } = this.#given;
    if (this.#failure !== undefined) return this.#failure;
    if (cancel.cancelled) return { status: "cancelled", reason: cancel.reason };
    const isDone = !this.#isListening && this.#queue.length === 0 && this.#waiting === 0;
    if (isDone) return this.#result();
    return ctx.draining ? { status: "suspended" } : undefined;
  }

  #result(): Settled {
    if (this.#items.length === 0)
      return { status: "skipped", reason: `no event ${this.#given.reacts.event} came in time` };
    return { status: "succeeded", output: this.#items.map(({ output }) => output ?? null) };
  }

  #end(outcome: Settled): void {
    const { ctx, step, env, record } = this.#given;
    this.#isOver = true;
    for (const each of this.#undo) each();
    ctx.report.waiting(step.id, env.path, undefined);
    this.#cancel.cancel("the step is over");
    if (outcome.status !== "suspended") {
      delete record.events;
      for (const [index] of this.#items.entries())
        this.#settle(index, { status: "cancelled", reason: "the step is over" });
    }
    this.#resolve(outcome);
  }
}

/** An event as expressions see it. */
function shownEvent({ id, type, time, data, correlation }: EventSignal): JsonValue {
  return toJson({
    id: id ?? null,
    type,
    time: time ?? null,
    data: data ?? null,
    correlation: correlation ?? null,
  });
}
