import { z } from "zod";

import { isJsonObject } from "../../core/index.ts";
import { hasExpression } from "../../expressions/index.ts";
import type { StepKind } from "../plan.ts";
import { addProblem, show, strict } from "./problem.ts";
import {
  ConditionSchema,
  CountSchema,
  DurationTemplateSchema,
  EventGlobSchema,
  EventTypeSchema,
  IdSchema,
  JsonSchema,
  LimitSchema,
  ObjectSchema,
  oneOf,
  PatternReferenceSchema,
  TextSchema,
} from "./values.ts";

/** Nested steps are checked one by one, so that nesting costs no stack and one bad step does not hide the others. */
export const NestedStepsSchema = z.custom<object>(isJsonObject, "Expected a mapping");
const ScopeSchema = strict({ steps: NestedStepsSchema });

const RunSchema = oneOf("a shell command or a list of arguments", {
  text: TextSchema,
  list: z
    .array(
      oneOf("text, a number or a boolean", {
        text: z.string(),
        number: z.number(),
        boolean: z.boolean(),
      }),
    )
    .min(1, "Expected at least the program"),
});

const StatusSchema = oneOf('a status such as 200, "2xx" or "200-299"', {
  text: z
    .string()
    .regex(
      /^(?:[1-5]xx|[1-5]\d\d(?:\s*-\s*[1-5]\d\d)?)$/,
      'Expected a status such as 200, "2xx" or "200-299"',
    ),
  number: z.int().min(100).max(599),
});

const HttpSchema = strict({
  method: z
    .string()
    .regex(/^[A-Za-z]{1,16}$/, "Expected an HTTP method")
    .optional(),
  url: TextSchema,
  headers: JsonSchema.optional(),
  body: JsonSchema.optional(),
  expect: oneOf('a status such as 200, "2xx" or "200-299", or a list of them', {
    text: StatusSchema,
    number: StatusSchema,
    list: z.array(StatusSchema).min(1),
  }).optional(),
});

const AgentSchema = z.string().superRefine((value, context) => {
  if (!hasExpression(value) && !IdSchema.safeParse(value).success)
    addProblem(context, `Expected a role of this pattern, got ${show(value)}`, {
      hint: "name a key of agents, or write an expression that gives one",
    });
});

const WaitSchema = oneOf('a duration such as "10m" or { until: <timestamp> }', {
  text: DurationTemplateSchema,
  number: DurationTemplateSchema,
  object: strict({ until: JsonSchema.refine((value) => value !== undefined) }),
});

const ApprovalSchema = strict({
  prompt: TextSchema,
  approvers: z.array(TextSchema).min(1).optional(),
  timeout: LimitSchema.optional(),
  default: z.enum(["approve", "deny"]).optional(),
  remind: LimitSchema.optional(),
});

const CaseSchema = strict({ when: ConditionSchema, steps: NestedStepsSchema });

const LoopSchema = strict({
  while: ConditionSchema.optional(),
  until: ConditionSchema.optional(),
  max: CountSchema,
  onMax: z.enum(["fail", "continue"]).optional(),
  steps: NestedStepsSchema,
}).superRefine((loop, context) => {
  if (loop.while !== undefined && loop.until !== undefined)
    addProblem(context, "A loop has either while or until, not both", {
      hint: "join the conditions with && or ||",
      path: ["until"],
    });
});

/** The field of each kind. */
export const KIND_SHAPE = {
  run: RunSchema.optional(),
  http: HttpSchema.optional(),
  agent: AgentSchema.optional(),
  call: TextSchema.optional(),
  pattern: PatternReferenceSchema.optional(),
  wait: WaitSchema.optional(),
  waitFor: strict({
    event: EventGlobSchema,
    match: ConditionSchema.optional(),
    timeout: LimitSchema.optional(),
    onTimeout: z.enum(["fail", "continue"]).optional(),
  }).optional(),
  approval: ApprovalSchema.optional(),
  set: ObjectSchema.optional(),
  emit: strict({
    type: EventTypeSchema,
    data: JsonSchema.optional(),
    correlation: JsonSchema.optional(),
  }).optional(),
  switch: strict({
    cases: z.array(CaseSchema).min(1, "Expected at least one case"),
    default: ScopeSchema.optional(),
  }).optional(),
  loop: LoopSchema.optional(),
  group: strict({ steps: NestedStepsSchema, interleaved: z.boolean().optional() }).optional(),
  fail: strict({
    type: TextSchema,
    message: TextSchema,
    details: JsonSchema.optional(),
  }).optional(),
  stop: strict({ output: JsonSchema.optional() }).optional(),
} satisfies Record<StepKind, z.ZodType>;
