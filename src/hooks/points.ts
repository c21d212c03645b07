import type { OutcomeKind } from "./outcome.ts";

/** What a point's event is about; decides which facts a `match` can test and where its hooks are listed. */
export type PointSubject =
  "run" | "step" | "session" | "event" | "approval" | "system" | "notification" | "custom";

/** A moment at which hooks may fire. */
export interface Point {
  readonly name: string;
  readonly subject: PointSubject;
  /** One sentence: when it fires. */
  readonly when: string;
  /** Outcomes with an effect here, besides `continue` and `skipped`, which are accepted everywhere and steer nothing. */
  readonly outcomes: readonly OutcomeKind[];
}

const NOTHING = [] as const satisfies readonly OutcomeKind[];
const BEFORE_STEP = [
  "modify",
  "replace",
  "cancel",
  "ask",
  "retry",
  "redirect",
  "skipTo",
  "fork",
  "cache",
] as const satisfies readonly OutcomeKind[];
const AFTER_STEP = [
  "replace",
  "cancel",
  "ask",
  "retry",
  "redirect",
  "skipTo",
  "fork",
] as const satisfies readonly OutcomeKind[];

/**
 * The one table of points. Every other name is an alias of one of these (`aliases.ts`).
 * `step.retry` fires on the worker, inside the failing attempt; all others fire in the workflow.
 */
export const POINTS: readonly Point[] = [
  point("run.before", "run", "Before the first step of a run", [
    "modify",
    "replace",
    "cancel",
    "ask",
  ]),
  point(
    "run.succeeded",
    "run",
    "When every step is done, before the run is recorded as succeeded",
    ["replace", "cancel", "ask"],
  ),
  point("run.failed", "run", "When the run has failed, before its failure is recorded", [
    "replace",
  ]),
  point("run.cancelled", "run", "When the run was cancelled, after its compensations", NOTHING),
  point("run.continued", "run", "Before the run continues as new", NOTHING),

  point("step.validate", "step", "Before a step, to check its input", BEFORE_STEP),
  point("step.authorize", "step", "Before a step, to decide whether it may run", BEFORE_STEP),
  point("step.allocate", "step", "Before a step, to prepare what it needs", BEFORE_STEP),
  point(
    "step.before",
    "step",
    "Right before a step's action; before its undo only for hooks that match `status: compensating`",
    BEFORE_STEP,
  ),
  point(
    "step.after",
    "step",
    "After a step's action succeeded, before its output is bound",
    AFTER_STEP,
  ),
  point(
    "step.retry",
    "step",
    "After a failed attempt that is not the last, inside it, on the worker",
    ["retry", "cancel"],
  ),
  point("step.error", "step", "After a step's last attempt failed", AFTER_STEP),
  point(
    "step.timeout",
    "step",
    "When a step ran out of time, whichever clock it was, before `step.error`",
    AFTER_STEP,
  ),
  point(
    "step.skipped",
    "step",
    "When a step or an item is skipped: by its condition, its join, a jump",
    NOTHING,
  ),
  point(
    "step.cancelled",
    "step",
    "When a step was cancelled, also while it waited for its turn",
    NOTHING,
  ),
  point("step.cleanup", "step", "After a step that began, however it ended", NOTHING),

  point("branch.evaluated", "step", "When the condition of a step or case has a value", [
    "replace",
    "cancel",
  ]),
  point("branch.selected", "step", "When a case was chosen, before its steps", ["cancel"]),
  point("loop.iterationStart", "step", "Before an iteration of a loop", ["cancel"]),
  point("loop.iterationEnd", "step", "After an iteration of a loop", ["cancel"]),
  point("loop.end", "step", "When a loop is over", ["replace", "cancel"]),
  point("fork.start", "step", "Before the items of a foreach are started", [
    "modify",
    "cancel",
    "ask",
  ]),
  point("fork.join", "step", "When the items of a foreach are done and its rule is met", [
    "replace",
    "cancel",
    "ask",
  ]),

  point("state.beforeRead", "step", "Before a step whose expressions name `state`", ["cancel"]),
  point("state.afterRead", "step", "After that, to show the step another state than the run's", [
    "replace",
  ]),
  point(
    "state.beforeWrite",
    "step",
    "Before a hook's or an operator's change of the state is made",
    ["modify", "cancel"],
  ),
  point("state.afterWrite", "step", "After a change of the run's state", NOTHING),
  point("state.conflict", "step", "When two steps that run at once write one key of the state", [
    "replace",
    "cancel",
  ]),
  point(
    "state.migration",
    "run",
    "When a run takes over a session's state from another version of its pattern",
    ["modify", "cancel"],
  ),

  point("agent.assign", "step", "When a role was chosen for a step, also by a handoff", [
    "modify",
    "cancel",
    "ask",
  ]),
  point("agent.enter", "step", "When an agent enters a state, which `match: { status }` names", [
    "cancel",
  ]),
  point("agent.exit", "step", "When an agent leaves a state; only `running` can be tried again", [
    "retry",
    "cancel",
  ]),

  point("session.start", "session", "When a session starts", ["cancel"]),
  point("session.end", "session", "When a session ends", NOTHING),
  point("session.restore", "session", "When a session is restored from a checkpoint", [
    "modify",
    "cancel",
  ]),
  point("session.checkpoint", "session", "Before a checkpoint is taken", ["cancel"]),
  point("session.save", "session", "After a checkpoint was stored", NOTHING),

  point("event.beforeEmit", "event", "Before an event is published", ["modify", "cancel"]),
  point("event.afterEmit", "event", "After an event was published", NOTHING),
  point("event.handlerError", "event", "When what waits for an event cannot be asked about it", [
    "retry",
    "cancel",
  ]),

  point(
    "approval.requested",
    "approval",
    "When a person is asked; `replace` with `{ decision }` answers, `cancel` denies",
    ["replace", "cancel"],
  ),
  point(
    "approval.decided",
    "approval",
    "When a person, a hook or the deadline has decided",
    NOTHING,
  ),

  point(
    "system.startup",
    "system",
    "When a worker starts; daily with `source: maintenance`",
    NOTHING,
  ),
  point("system.shutdown", "system", "When a worker shuts down", NOTHING),
  point("system.configChanged", "system", "When the set of hooks or patterns changed", NOTHING),
  point("system.limitExceeded", "system", "When a step or run exceeded a limit", NOTHING),
  point(
    "system.securityViolation",
    "system",
    "When a step broke a security rule: a guard refused it, an address, a handler said so",
    NOTHING,
  ),
  point(
    "system.slow",
    "system",
    "When a step took longer than `metadata.slowMs` of the hook, 60 s unless set, or another hook longer than that or its breaker's `slow`",
    NOTHING,
  ),
  point(
    "system.memoryHigh",
    "system",
    "When a worker's memory passed `metadata.threshold`, 0.9 unless set",
    NOTHING,
  ),
  point(
    "system.cpuHigh",
    "system",
    "When a worker's processor use passed `metadata.threshold`, 0.9 unless set",
    NOTHING,
  ),

  point(
    "notification",
    "notification",
    "When people are told something: they are asked, or an event `notification.*` is emitted",
    ["modify", "cancel"],
  ),
];

const BY_NAME: ReadonlyMap<string, Point> = new Map(POINTS.map((each) => [each.name, each]));

const CUSTOM_NAME = /^custom:[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,126}$/;

/** The point of a canonical name; `custom:<name>` is a point of its own. */
export function findPoint(name: string): Point | undefined {
  return (
    BY_NAME.get(name) ??
    (isCustomPoint(name)
      ? point(
          name,
          "custom",
          "When a pattern emits an event `custom.<name>`, or `artifact.<name>` for `artifact:<name>`",
          ["modify", "replace", "cancel"],
        )
      : undefined)
  );
}

export function isCustomPoint(name: string): boolean {
  return CUSTOM_NAME.test(name);
}

/** Whether an outcome steers anything at a point. */
export function hasEffect(pointName: string, outcome: OutcomeKind): boolean {
  if (outcome === "continue" || outcome === "skipped") return true;
  return findPoint(pointName)?.outcomes.includes(outcome) ?? false;
}

function point(
  name: string,
  subject: PointSubject,
  when: string,
  outcomes: readonly OutcomeKind[],
): Point {
  return { name, subject, when, outcomes };
}
