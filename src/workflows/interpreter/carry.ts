import type { RunFacts } from "../../activities/contract.ts";
import { defined, isJsonObject, type JsonObject, type JsonValue } from "../../core/index.ts";
import type { PlanStep } from "../../patterns/plan.ts";
import type { ApprovalDecision, PendingApproval } from "../messages.ts";
import type { RunContext } from "./context.ts";
import type { Asked } from "./reminders.ts";
import { packHookWork, type CarriedHookWork } from "./hook-work.ts";
import { stepsReadBy } from "./readers.ts";
import { shapeOf } from "./shape.ts";
import { storeValue } from "./spill.ts";
import {
  createStepRecord,
  isSettled,
  type ArmedCompensation,
  type ScopeRecord,
  type StepRecord,
} from "./state.ts";
import { toJson } from "./to-json.ts";

/** What one run hands to the next, beside its arguments. `format` tells a later interpreter how to read it. */
export interface Carry {
  readonly format: 1;
  readonly firstRunId: string;
  readonly startedAt: number;
  /** The first run's folders: a continued run works where it worked before. */
  readonly facts: RunFacts;
  readonly children: Readonly<Record<string, string>>;
  readonly top: CarriedScope;
  readonly state: JsonObject;
  readonly session: JsonValue;
  readonly sequence: number;
  readonly jumps: number;
  readonly compensations: readonly ArmedCompensation[];
  readonly hookWork?: CarriedHookWork;
  readonly events: readonly JsonValue[];
  readonly injections: readonly JsonValue[];
  /** Questions that are open, and decisions on them that no step has taken up yet. */
  readonly approvals?: readonly PendingApproval[];
  readonly decisions?: readonly ApprovalDecision[];
  readonly paused?: boolean;
  readonly earlier: readonly JsonValue[];
  readonly retries?: number;
  readonly asked?: Readonly<Record<string, Asked>>;
  /** Per event, the steps that took it. */
  readonly taken?: readonly (readonly string[])[];
}

/** The top scope with one letter per step, in declaration order, and records only where there is more to say. */
export interface CarriedScope {
  readonly letters: string;
  readonly records: Readonly<Record<string, StepRecord>>;
}

const LETTERS = { succeeded: "s", failed: "f", skipped: "k", cancelled: "c" } as const;
const STATUSES = { s: "succeeded", f: "failed", k: "skipped", c: "cancelled" } as const;

/** Stores what people see of this execution, and returns the reference. */
export function storeReport(ctx: RunContext): Promise<JsonValue> {
  const { report } = ctx;
  return storeValue(ctx, toJson({ steps: [...report.steps.values()], hooks: report.hooks }));
}

/** Collects what the next run needs and nothing else: outputs that nobody can read any more are left behind. */
export function createCarry(ctx: RunContext, top: ScopeRecord, report: JsonValue): JsonObject {
  const { approvals } = ctx.report;
  const { decisions } = ctx.mailbox;
  const carry: Carry = {
    format: 1,
    firstRunId: ctx.identity.firstRunId,
    startedAt: ctx.startedAt,
    facts: ctx.facts,
    children: ctx.children,
    top: packScope(ctx, top),
    state: ctx.state,
    session: ctx.session,
    sequence: ctx.sequence,
    jumps: ctx.jumps,
    compensations: ctx.compensations.filter((entry) => entry.done !== true),
    ...defined({ hookWork: packHookWork(ctx.hookWork) }),
    events: ctx.mailbox.events.map((event) => toJson(event)),
    taken: ctx.mailbox.events.map((event) => ctx.mailbox.takersOf(event)),
    injections: ctx.mailbox.injections,
    ...(approvals.size === 0 ? {} : { approvals: [...approvals.values()] }),
    ...(decisions.size === 0 ? {} : { decisions: [...decisions.values()] }),
    ...(ctx.paused ? { paused: true } : {}),
    earlier: [...ctx.report.earlier, report],
    ...(ctx.retries === 0 ? {} : { retries: ctx.retries }),
    ...(ctx.asked.size === 0 ? {} : { asked: Object.fromEntries(ctx.asked) }),
  };
  return toJson(carry) as JsonObject; // as: the literal above
}

/** Reads what `createCarry` wrote, or says why it cannot have been written by it. */
export function readCarry(value: JsonValue, firstRunId: string): Carry | string {
  if (!isJsonObject(value)) return `it is ${JSON.stringify(value).slice(0, 100)}, not an object`;
  if (value["format"] !== 1)
    return `its format is ${JSON.stringify(value["format"])}; this worker reads format 1`;
  if (value["firstRunId"] !== firstRunId) return "it was written by another run";
  const { facts, top, state } = value;
  const isWhole =
    isJsonObject(facts) &&
    isJsonObject(state) &&
    isJsonObject(top) &&
    typeof top["letters"] === "string" &&
    isJsonObject(top["records"]) &&
    LISTS.every((name) => Array.isArray(value[name])) &&
    NUMBERS.every((name) => typeof value[name] === "number");
  return isWhole
    ? (value as unknown as Carry) // as: written by createCarry of this format, which never changes
    : "parts of it are missing";
}

const LISTS = ["compensations", "events", "injections", "earlier"] as const;
const NUMBERS = ["startedAt", "sequence", "jumps"] as const;

function packScope(ctx: RunContext, top: ScopeRecord): CarriedScope {
  const shape = shapeOf(ctx.plan.steps);
  const mayRun = mayRunAgain(ctx, top);
  const open = shape.steps.filter(
    (step) => mayRun.has(step.id) || !isSettled(top.steps[step.id]?.status ?? "pending"),
  );
  const needed = stepsReadBy(open, ctx.plan.output);
  const records: Record<string, StepRecord> = {};
  const letters = shape.steps.map((step, index) => {
    const record = top.steps[step.id] ?? createStepRecord();
    const isSink = ctx.plan.output === undefined && (shape.dependents[index] ?? []).length === 0;
    const kept = mayRun.has(step.id)
      ? record
      : isSettled(record.status)
        ? keepSettled(step, record, needed.has(step.id) || isSink)
        : keepOpen(record);
    if (kept !== undefined) records[step.id] = kept;
    return letterOf(record);
  });
  return { letters: letters.join(""), records };
}

/** Steps that an operator may still retry, and those that their failure skipped: what they read is needed. */
function mayRunAgain(ctx: RunContext, top: ScopeRecord): ReadonlySet<string> {
  const { failFast, steps } = ctx.plan;
  const inState = (status: string): readonly string[] =>
    steps.map(({ id }) => id).filter((id) => top.steps[id]?.status === status);
  const failed = inState("failed").filter(
    (id) => !failFast || ctx.steps.get(id)?.onError === "continue",
  );
  return new Set(failed.length === 0 ? [] : [...failed, ...inState("skipped")]);
}

function letterOf(record: StepRecord): string {
  return Object.hasOwn(LETTERS, record.status)
    ? LETTERS[record.status as keyof typeof LETTERS] // as: hasOwn has just shown it
    : ".";
}

function keepSettled(step: PlanStep, record: StepRecord, needed: boolean): StepRecord | undefined {
  if (!needed) {
    // The run's failure is told from this record at the end.
    if (record.status !== "failed" || step.onError === "continue") return undefined;
  }
  const { scope: _scope, previous: _previous, prepared: _prepared, ...rest } = record;
  return rest;
}

function keepOpen(record: StepRecord): StepRecord | undefined {
  const untouched =
    record.entered !== true &&
    record.deadlineAt === undefined &&
    record.operator === undefined &&
    record.jumpedTo === undefined &&
    record.items === undefined;
  return untouched ? undefined : record;
}

/** The top scope as `packScope` was given it, minus what it left behind. */
export function unpackScope(steps: readonly PlanStep[], carried: CarriedScope): ScopeRecord {
  const records: Record<string, StepRecord> = {};
  shapeOf(steps).steps.forEach((step, index) => {
    const letter = carried.letters[index] ?? ".";
    records[step.id] =
      carried.records[step.id] ??
      (Object.hasOwn(STATUSES, letter)
        ? { status: STATUSES[letter as keyof typeof STATUSES], attempts: 0 } // as: hasOwn has just shown it
        : createStepRecord());
  });
  return { steps: records };
}
