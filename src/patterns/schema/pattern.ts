import { z } from "zod";

import { HandlerSchema, HookSchema } from "../../hooks/index.ts";
import { PATTERN_TYPES } from "../document.ts";
import { strict } from "./problem.ts";
import { POLICY_SHAPE } from "./step.ts";
import {
  ConditionSchema,
  CountSchema,
  EventGlobSchema,
  JsonSchema,
  LimitSchema,
  NameSchema,
  ObjectSchema,
  TextSchema,
  VersionSchema,
} from "./values.ts";

export const RoleSchema = strict({
  handler: HandlerSchema,
  description: z.string().optional(),
  capabilities: z.array(TextSchema).optional(),
  instances: strict({ min: z.int().min(0).optional(), max: CountSchema.optional() }).optional(),
  taskQueue: TextSchema.optional(),
  hooks: z.array(strict(HookSchema.shape)).optional(),
  inputSchema: ObjectSchema.optional(),
  outputSchema: ObjectSchema.optional(),
  metadata: ObjectSchema.optional(),
});

export const HookDocumentSchema = strict(HookSchema.shape);

const CoordinationSchema = strict({
  model: z.enum(["graph_based", "event_driven", "hybrid"]).optional(),
  maxConcurrency: CountSchema.optional(),
  timeout: LimitSchema.optional(),
  failFast: z.boolean().optional(),
  maxJumps: z.int().min(0).optional(),
  fusion: z.boolean().optional(),
});

export const TriggerSchema = strict({
  event: EventGlobSchema,
  match: ConditionSchema.optional(),
  input: JsonSchema.optional(),
});

/** The keys of a document that are checked as a whole. `agents`, `hooks`, `parameters` and `steps` go entry by entry. */
export const HEAD_SHAPE = {
  heddle: z.literal("v1"),
  name: NameSchema,
  version: VersionSchema,
  type: z.enum(PATTERN_TYPES).optional(),
  description: z.string().optional(),
  tags: z.array(TextSchema).optional(),
  input: ObjectSchema.optional(),
  output: JsonSchema.optional(),
  coordination: CoordinationSchema.optional(),
  defaults: strict(POLICY_SHAPE).optional(),
  metadata: ObjectSchema.optional(),
};
