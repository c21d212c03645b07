import { canonicalize, isJsonObject, type JsonObject, type JsonValue } from "../../core/index.ts";
import { createCanceller } from "./canceller.ts";
import type { RunContext } from "./context.ts";
import type { PointResult, Subject } from "./ports.ts";
import { tellsOnce, watches } from "./watches.ts";

/** A change of the run's state: by a hook of some subject, or from outside. */
export interface StateWrite {
  readonly patch: JsonObject;
  /** Whose hook it was; absent for an update from outside. */
  readonly subject?: Subject;
  /** The hook, or what else asked for it. */
  readonly by: string;
  /** Shared by writes that were made side by side. */
  readonly wave?: object;
}

interface Writer {
  readonly step: string | undefined;
  readonly instance: string;
  readonly by: string;
  readonly wave: object | undefined;
  readonly value: JsonValue;
}

/** Who wrote a key last, per run. A continued run begins anew: what ran at the same time has settled or asks again. */
const writers = new WeakMap<RunContext, Map<string, Writer>>();

const POINTS = ["state.beforeWrite", "state.afterWrite", "state.conflict"] as const;

/** Whether a write at a point is a moment of its own. What the hooks of a write write themselves is not. */
export function watchesWrites(ctx: RunContext, point: string, subject?: Subject): boolean {
  const step = subject?.step?.id;
  return !point.startsWith("state.") && POINTS.some((each) => watches(ctx, each, step));
}

/** The write that is being made, or the last one that was, per run. */
const latest = new WeakMap<RunContext, Promise<unknown>>();

/**
 * Merges a patch into the run's state, key by key, with the hooks of the write around it. Returns why it was refused;
 * nothing of a refused patch is written. One write after the other: of two that are asked for in the same moment the
 * second must see the first.
 */
export function writeState(ctx: RunContext, write: StateWrite): Promise<string | undefined> {
  const before = latest.get(ctx);
  if (before === undefined || !tellsOnce(ctx)) return noteLatest(ctx, makeWrite(ctx, write));
  return noteLatest(
    ctx,
    before.then(() => makeWrite(ctx, write)),
  );
}

function noteLatest<Made>(ctx: RunContext, made: Promise<Made>): Promise<Made> {
  // Whoever asked for the write hears why it failed; the next one is not concerned.
  const over = made.then(
    () => undefined,
    () => undefined,
  );
  latest.set(ctx, over);
  return made;
}

async function makeWrite(ctx: RunContext, write: StateWrite): Promise<string | undefined> {
  const before = await tell(ctx, "state.beforeWrite", write, write.patch, {});
  if (before?.failure !== undefined) return reasonOf(before);
  const wanted = before?.input ?? write.patch;
  if (!isJsonObject(wanted))
    return `a hook of state.beforeWrite made ${JSON.stringify(wanted).slice(0, 100)} of a change of the state; it must stay an object`;
  const patch: Record<string, JsonValue> = { ...wanted };
  for (const [key, value] of Object.entries(patch)) {
    const settled = await settleConflict(ctx, write, key, value);
    if ("refused" in settled) return settled.refused;
    patch[key] = settled.value;
  }
  ctx.state = { ...ctx.state, ...patch };
  for (const [key, value] of Object.entries(patch)) remember(ctx, write, key, value);
  await tell(ctx, "state.afterWrite", write, patch, {});
  return undefined;
}

async function settleConflict(
  ctx: RunContext,
  write: StateWrite,
  key: string,
  value: JsonValue,
): Promise<{ readonly value: JsonValue } | { readonly refused: string }> {
  const other = writers.get(ctx)?.get(key);
  if (other === undefined || !isAtOnce(ctx, other, write)) return { value };
  if (canonicalize(other.value) === canonicalize(value)) return { value };
  const theirs = { value: other.value, step: other.step ?? null, hook: other.by };
  const ours = { value, step: stepOf(write) ?? null, hook: write.by };
  const result = await tell(ctx, "state.conflict", write, value, { key, theirs, ours });
  if (result === undefined) return { value };
  if (result.failure !== undefined) return { refused: reasonOf(result) };
  return result.decision.outcome === "replace" ? { value: result.decision.output } : { value };
}

/** Two writes meet when neither step had ended before the other began, or when hooks made them side by side. */
function isAtOnce(ctx: RunContext, other: Writer, write: StateWrite): boolean {
  const step = stepOf(write);
  const instance = write.subject?.step?.instance ?? "";
  if (other.step === step && other.instance === instance)
    return other.wave !== undefined && other.wave === write.wave && other.by !== write.by;
  if (other.step === undefined || step === undefined) return false;
  return endOf(ctx, other) > startOf(ctx, step, instance);
}

function endOf(ctx: RunContext, { step = "", instance }: Writer): string {
  return ctx.report.steps.get(`${step}|${instance}`)?.finishedAt ?? AFTER_ALL;
}

function startOf(ctx: RunContext, step: string, instance: string): string {
  return ctx.report.steps.get(`${step}|${instance}`)?.startedAt ?? "";
}

/** Later than every timestamp: of what has no end yet. */
const AFTER_ALL = "~";

function stepOf({ subject }: StateWrite): string | undefined {
  return subject?.step?.id;
}

function remember(ctx: RunContext, write: StateWrite, key: string, value: JsonValue): void {
  const known = writers.get(ctx) ?? new Map<string, Writer>();
  writers.set(ctx, known);
  const { subject, by, wave } = write;
  const { id: step, instance = "" } = subject?.step ?? {};
  known.set(key, { step, instance, by, wave, value });
}

/** Writing is told to the end even when its step is cancelled meanwhile: half a write is none. */
async function tell(
  ctx: RunContext,
  point: (typeof POINTS)[number],
  { subject, by }: StateWrite,
  input: JsonValue,
  data: JsonObject,
): Promise<PointResult | undefined> {
  const step = subject?.step;
  const keys = isJsonObject(input) ? Object.keys(input) : [];
  // A hook that writes twice for one subject has two moments; the count keeps their records apart.
  ctx.sequence += 1;
  const describe = (): Subject => ({
    key: subject?.key ?? "",
    moment: String(ctx.sequence),
    input,
    attempt: 1,
    data: { by, ...(keys.length === 0 ? {} : { keys }), ...data },
    ...(step === undefined ? {} : { step: { ...step, input } }),
  });
  return watches(ctx, point, step?.id)
    ? ctx.ports.fire(ctx, point, step?.id, describe, createCanceller())
    : undefined;
}

function reasonOf({ failure, by }: PointResult): string {
  if (failure?.status === "failed") return failure.error.message;
  return `the hook ${by ?? ""} refused the write`;
}
