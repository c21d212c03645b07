import type { HookResult } from "../../activities/contract.ts";
import type { Hook, HookEvent, HookTable, Outcome } from "../../hooks/index.ts";
import type { Canceller } from "./canceller.ts";
import type { Subject } from "./ports.ts";

/** One hook for one firing. */
export interface HookCall {
  readonly hook: Hook;
  readonly event: HookEvent;
  readonly subject: Subject;
  readonly cancel: Canceller;
}

/** What a run remembers of its hooks: who has done their work, what must be undone, which firings wait for company. */
export interface HookWork {
  /** Hooks that others depend on. */
  readonly needed: ReadonlySet<string>;
  /** Of those the ones that have done their work: by name, and by firing and name. */
  readonly done: Set<string>;
  /** Of those the ones that are at work, by firing and name: who depends on them waits. */
  readonly running: Map<string, Promise<unknown>>;
  /** In order of completion. */
  readonly undo: OwedRollback[];
  readonly batches: Map<string, Batch>;
}

/** A rollback that is owed as long as what its hook fired for may still fail. */
export interface OwedRollback {
  /** The hook as it undoes its work. */
  readonly hook: Hook;
  /** What the hook itself was asked. */
  readonly event: HookEvent;
  readonly subject: Pick<Subject, "key" | "attempt" | "moment">;
  readonly outcome: Outcome;
}

/** Firings of one hook that wait for each other. */
export interface Batch {
  readonly hook: Hook;
  readonly waiting: {
    readonly event: HookEvent;
    readonly subject: Subject;
    readonly settle: (outcome: Outcome) => void;
  }[];
  /** Ends the wait. */
  readonly timer: Canceller;
  bytes: number;
}

/** What a run hands to the next. Absent when there is nothing to say. */
export interface CarriedHookWork {
  readonly done: readonly string[];
  readonly undo: readonly OwedRollback[];
}

export function createHookWork(
  { hooks }: HookTable,
  carried: CarriedHookWork = { done: [], undo: [] },
): HookWork {
  return {
    needed: new Set(hooks.flatMap((hook) => hook.dependsOn ?? [])),
    done: new Set(carried.done),
    running: new Map(),
    undo: [...carried.undo],
    batches: new Map(),
  };
}

/** Firings are over when a run continues; what was done in them is only known by name. */
export function packHookWork({ done, undo, needed }: HookWork): CarriedHookWork | undefined {
  const names = [...done].filter((name) => needed.has(name));
  return names.length + undo.length === 0 ? undefined : { done: names, undo };
}

/** Notes what a hook did. One that failed or stood aside has done nothing. */
export function rememberWork(work: HookWork, call: HookCall, result: HookResult): void {
  const { hook, event, subject } = call;
  if (result.error !== undefined || result.outcome.outcome === "skipped") return;
  if (work.needed.has(hook.name)) work.done.add(hook.name).add(firingOf(event, hook.name));
  if (hook.rollback === undefined) return;
  const { key, attempt, moment } = subject;
  work.undo.push({
    hook: rollbackOf(hook, hook.rollback),
    event: { ...event, state: {} },
    subject: { key, attempt, ...(moment === undefined ? {} : { moment }) },
    outcome: result.outcome,
  });
}

export function firingOf(event: HookEvent, hook: string): string {
  return `${event.id}/${hook}`;
}

/** Asked by itself, whatever the hook's own policies say of when and with whom it runs. */
function rollbackOf(hook: Hook, handler: Hook["handler"]): Hook {
  const { name, on, dispatch, timeoutMs, retry, protocol, source } = hook;
  return {
    name: `${name}:rollback`,
    on,
    priority: 0,
    mode: "sync",
    dispatch,
    timeoutMs,
    retry,
    onError: "open",
    alwaysRun: true,
    enabled: true,
    protocol,
    handler,
    source,
  };
}
