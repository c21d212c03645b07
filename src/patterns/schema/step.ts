import { z } from "zod";

import { HookSchema, RetrySchema } from "../../hooks/index.ts";
import { STEP_KINDS } from "../document.ts";
import type { StepKind } from "../plan.ts";
import type { DocumentPath } from "../walk.ts";
import { KIND_SHAPE } from "./bodies.ts";
import { addProblem, check, strict, type SchemaProblem } from "./problem.ts";
import {
  ConditionSchema,
  CountSchema,
  DurationSchema,
  EventGlobSchema,
  IdsSchema,
  JsonSchema,
  LimitSchema,
  ObjectSchema,
  oneOf,
  shareSchema,
  TextSchema,
} from "./values.ts";

export const POLICY_SHAPE = {
  timeout: LimitSchema.optional(),
  scheduleToClose: LimitSchema.optional(),
  scheduleToStart: LimitSchema.optional(),
  heartbeat: LimitSchema.optional(),
  retry: strict(RetrySchema.shape).optional(),
};

const EXECUTABLE_SHAPE = {
  ...KIND_SHAPE,
  ...POLICY_SHAPE,
  with: JsonSchema.optional(),
  env: ObjectSchema.optional(),
  output: JsonSchema.optional(),
  taskQueue: TextSchema.optional(),
};

const FallbackSchema = strict(EXECUTABLE_SHAPE);
const CompensateSchema = strict({
  ...EXECUTABLE_SHAPE,
  when: z.enum(["started", "succeeded"]).optional(),
});

const PARTIAL_SHAPE = {
  deadline: LimitSchema.optional(),
  cancelRest: z.boolean().optional(),
};

const JoinSchema = oneOf("all, noneFailed, done, any, anyFailed or { atLeast: ... }", {
  text: z.enum(["all", "noneFailed", "done", "any", "anyFailed"]),
  object: strict({ atLeast: shareSchema(1), ...PARTIAL_SHAPE }),
});

const CompleteSchema = oneOf("all, any, done, { atLeast: ... } or { tolerate: ... }", {
  text: z.enum(["all", "any", "done"]),
  object: strict({
    atLeast: shareSchema(1).optional(),
    tolerate: strict({ failures: shareSchema(0) }).optional(),
    ...PARTIAL_SHAPE,
  }).superRefine((complete, context) => {
    const { atLeast, tolerate, deadline, cancelRest } = complete;
    if ((atLeast === undefined) === (tolerate === undefined))
      addProblem(context, "Expected either atLeast or tolerate", {
        hint: "say how many must succeed, or how many may fail",
      });
    if (tolerate !== undefined && (deadline !== undefined || cancelRest !== undefined))
      addProblem(context, "deadline and cancelRest belong to atLeast", {
        hint: "write atLeast instead of tolerate",
      });
  }),
});

const ForeachSchema = strict({
  items: JsonSchema.refine((items) => items !== undefined),
  concurrency: CountSchema.optional(),
  when: ConditionSchema.optional(),
  complete: CompleteSchema.optional(),
});

const OnSchema = oneOf("an event type or { event, match, max, for, concurrency }", {
  text: EventGlobSchema,
  object: strict({
    event: EventGlobSchema,
    match: ConditionSchema.optional(),
    max: CountSchema.optional(),
    for: LimitSchema.optional(),
    concurrency: CountSchema.optional(),
  }),
});

const STEP_SHAPE = {
  ...EXECUTABLE_SHAPE,
  name: TextSchema.optional(),
  description: z.string().optional(),
  type: TextSchema.optional(),
  needs: IdsSchema.optional(),
  join: JoinSchema.optional(),
  if: ConditionSchema.optional(),
  outputSchema: ObjectSchema.optional(),
  foreach: ForeachSchema.optional(),
  onError: z.enum(["fail", "continue"]).optional(),
  fallback: FallbackSchema.optional(),
  compensate: CompensateSchema.optional(),
  cancels: IdsSchema.optional(),
  lock: TextSchema.optional(),
  dispatch: z.enum(["activity", "local"]).optional(),
  cache: strict({
    key: JsonSchema.refine((key) => key !== undefined),
    ttl: DurationSchema,
  }).optional(),
  hooks: z.array(strict(HookSchema.shape)).optional(),
  metadata: ObjectSchema.optional(),
  on: OnSchema.optional(),
  handoff: z.boolean().optional(),
  maxDepth: CountSchema.optional(),
} satisfies Readonly<Record<string, z.ZodType>>;

export const StepSchema = strict(STEP_SHAPE);

const ACTIVITIES: readonly StepKind[] = ["run", "http", "agent", "call", "emit"];

/** Keys that mean something for some kinds only. Accepting them elsewhere would be to ignore them. */
const KINDS_WITH: Readonly<Record<string, readonly StepKind[]>> = {
  with: ["run", "agent", "call", "pattern"],
  env: ["run"],
  handoff: ["agent"],
  maxDepth: ["pattern"],
  retry: [...ACTIVITIES, "pattern"],
  heartbeat: ACTIVITIES,
  scheduleToClose: ACTIVITIES,
  scheduleToStart: ACTIVITIES,
  dispatch: ACTIVITIES,
  taskQueue: [...ACTIVITIES, "pattern"],
  cache: [...ACTIVITIES, "pattern"],
};

const RESTRICTED = Object.entries(KINDS_WITH);

/** Everything wrong with one step, its nested steps aside. */
export function checkStep(step: unknown, path: DocumentPath): SchemaProblem[] {
  const problems = isRecord(step) && passes(step) ? [] : check(StepSchema, step, path);
  if (!isRecord(step)) return problems;
  problems.push(...checkKind(step, path));
  for (const key of ["fallback", "compensate"]) {
    const body = step[key];
    if (isRecord(body)) problems.push(...checkKind(body, [...path, key]));
  }
  return problems;
}

const SCHEMAS: ReadonlyMap<string, z.ZodType> = new Map(Object.entries(STEP_SHAPE));

/**
 * Whether a step is as its schema wants it, told from the keys that it has: it has a few, the schema some fifty, none of
 * them required, and a document ten thousand steps. What is wrong with the others the schema says.
 */
function passes(step: Readonly<Record<string, unknown>>): boolean {
  for (const key of Object.keys(step)) {
    const schema = SCHEMAS.get(key);
    if (schema === undefined) return false;
    if (!isAnything(schema) && !schema.safeParse(step[key]).success) return false;
  }
  return true;
}

const ANYTHING: ReadonlySet<z.ZodType> = new Set([STEP_SHAPE.with, STEP_SHAPE.output]);

function isAnything(schema: z.ZodType): boolean {
  return ANYTHING.has(schema);
}

function checkKind(body: Readonly<Record<string, unknown>>, path: DocumentPath): SchemaProblem[] {
  const kinds = STEP_KINDS.filter((kind) => body[kind] !== undefined);
  const [kind, second] = kinds;
  if (kind === undefined)
    return [
      {
        code: "no-kind",
        path,
        message: "Nothing says what the step does",
        hint: `add one of ${STEP_KINDS.join(", ")}`,
      },
    ];
  if (second !== undefined)
    return [
      {
        code: "several-kinds",
        path: [...path, second],
        message: `A step does one thing, and this one has ${kinds.join(" and ")}`,
        hint: "make a step of each",
      },
    ];
  return RESTRICTED.filter(
    ([key, allowed]) => body[key] !== undefined && !allowed.includes(kind),
  ).map(([key, allowed]) => ({
    code: "misplaced-key",
    path: [...path, key],
    message: `${key} means nothing for a ${kind} step`,
    hint: `remove it; it belongs to ${allowed.join(", ")}`,
  }));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
