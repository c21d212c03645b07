import { HeddleError, type JsonValue } from "../../core/index.ts";
import type { CompensateDocument, DurationDocument, StepDocument } from "../document.ts";
import type { EachBody, StepBody } from "./body.ts";
import { child, type Ref, type Root } from "./ref.ts";
import {
  render,
  renderCondition,
  seeing,
  type AnyValue,
  type Condition,
  type Sight,
  type Value,
} from "./value.ts";

export type StepStatus =
  | "pending"
  | "ready"
  | "running"
  | "succeeded"
  | "failed"
  | "skipped"
  | "cancelled"
  | "compensating"
  | "compensated";

export interface StepError {
  readonly type: string;
  readonly message: string;
  readonly details?: JsonValue;
}

/** A step that was defined: what later ones need and read. */
export interface StepHandle<Output> {
  readonly id: string;
  readonly output: Ref<Output>;
  readonly status: Ref<StepStatus>;
  readonly error: Ref<StepError | null>;
}

/** A step that runs for each of many. */
export interface EachHandle<Output> extends StepHandle<readonly Output[]> {
  /** How each of them ended. */
  readonly items: Ref<readonly EachItem<Output>[]>;
}

interface EachItem<Output> {
  readonly status: StepStatus;
  readonly output: Output | null;
  readonly error: StepError | null;
}

/** Any step, whatever it gives. */
type AnyStep = Pick<StepHandle<unknown>, "id" | "status">;
type Steps = AnyStep | readonly AnyStep[];

/** What a step may have beside what it does: the document's fields, with references. */
export interface StepOptions<Output>
  extends
    Omit<
      StepDocument,
      | keyof CompensateDocument
      | "needs"
      | "cancels"
      | "if"
      | "foreach"
      | "on"
      | "fallback"
      | "compensate"
      | "cache"
      | "lock"
      | "outputSchema"
      | "handoff"
    >,
    Pick<
      StepDocument,
      "timeout" | "scheduleToClose" | "scheduleToStart" | "heartbeat" | "retry" | "taskQueue"
    > {
  readonly needs?: Steps;
  readonly cancels?: Steps;
  readonly if?: Condition;
  readonly lock?: Value<string>;
  readonly cache?: { readonly key: AnyValue; readonly ttl: DurationDocument };
  /** Does the work another way when this one failed: it gives the same. */
  readonly fallback?: StepBody<Output>;
  /** Takes it back when the run fails. */
  readonly compensate?: Undo | ((self: StepHandle<Output>) => Undo);
}

type Undo =
  StepBody<unknown> | { readonly do: StepBody<unknown>; readonly when: "started" | "succeeded" };

/** Adds a step to the scope it belongs to. */
export type AddStep = <Body extends StepBody<unknown> | EachBody<unknown>>(
  id: string,
  body: Body,
  options?: OptionsOf<NoInfer<Body>>,
) => HandleOf<Body>;

type HandleOf<Body> =
  Body extends EachBody<infer Output>
    ? EachHandle<Output>
    : Body extends StepBody<infer Output>
      ? StepHandle<Output>
      : never;

type OptionsOf<Body> =
  Body extends EachBody<infer Output>
    ? Omit<StepOptions<Output>, "compensate"> & { readonly compensate?: Undo }
    : Body extends StepBody<infer Output>
      ? StepOptions<Output>
      : never;

/** The steps of one scope while they are written. */
export interface StepList {
  readonly step: AddStep;
  readonly steps: Readonly<Record<string, StepDocument>>;
  /** Sight of what is around, and of the steps written so far. */
  readonly sight: Sight;
}

export function createStepList(around: Sight): StepList {
  const steps: Record<string, StepDocument> = {};
  const written = new Set<Root>();
  const sight = seeing(around, written);
  function step<Output>(
    id: string,
    body: StepBody<Output> | EachBody<Output>,
    options: StepOptions<Output> = {},
  ): EachHandle<unknown> {
    if (Object.hasOwn(steps, id))
      throw new HeddleError("DUPLICATE_STEP", `There is a step ${JSON.stringify(id)} already.`, {
        hint: "Give each step of a pattern an id of its own.",
      });
    const root: Root = {};
    const handle = createHandle(id, root);
    const action = "write" in body ? body.write(sight) : body.writeEach(sight);
    steps[id] = { ...action, ...writeOptions(options, handle, root, sight) };
    written.add(root);
    return handle;
  }
  // as: whether it is one or many is in the body's type, and the handle is made the same way
  return { step: step as AddStep, steps, sight };
}

function createHandle(id: string, root: Root): EachHandle<unknown> {
  // as: this is how expressions see any step
  const { output, status, error, items } = child("steps", id, [root]) as unknown as Ref<StepView>;
  return { id, output, status, error, items };
}

interface StepView {
  readonly output: readonly JsonValue[];
  readonly status: StepStatus;
  readonly error: StepError | null;
  readonly items: readonly EachItem<unknown>[];
}

function writeOptions<Output>(
  options: StepOptions<Output>,
  handle: EachHandle<unknown>,
  root: Root,
  sight: Sight,
): Omit<StepDocument, "outputSchema"> {
  const { needs, cancels, if: condition, lock, cache, fallback, compensate, ...plain } = options;
  const own = seeing(sight, new Set([root]));
  const self = handle as unknown as StepHandle<Output>; // as: the output's type is the body's
  return {
    ...plain,
    ...(needs === undefined ? {} : { needs: idsOf(needs) }),
    ...(cancels === undefined ? {} : { cancels: idsOf(cancels) }),
    ...(condition === undefined ? {} : { if: renderCondition(condition, sight) }),
    // as: a text renders to text
    ...(lock === undefined ? {} : { lock: render(lock, sight) as string }),
    ...(cache === undefined ? {} : { cache: { key: render(cache.key, sight), ttl: cache.ttl } }),
    ...(fallback === undefined ? {} : { fallback: fallback.write(sight) }),
    ...(compensate === undefined ? {} : { compensate: writeUndo(compensate, self, own) }),
  };
}

function writeUndo<Output>(
  compensate: Undo | ((self: StepHandle<Output>) => Undo),
  self: StepHandle<Output>,
  sight: Sight,
): CompensateDocument {
  const undo = typeof compensate === "function" ? compensate(self) : compensate;
  return "write" in undo ? undo.write(sight) : { ...undo.do.write(sight), when: undo.when };
}

function idsOf(steps: Steps): string | readonly string[] {
  return "id" in steps ? steps.id : steps.map(({ id }) => id);
}
