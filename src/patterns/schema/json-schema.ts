import { z } from "zod";

import type { JsonObject } from "../../core/index.ts";
import { STEP_KINDS } from "../document.ts";
import { NestedStepsSchema } from "./bodies.ts";
import { HEAD_SHAPE, HookDocumentSchema, RoleSchema, TriggerSchema } from "./pattern.ts";
import { strict } from "./problem.ts";
import { StepSchema } from "./step.ts";
import { branchesOf, ID, ObjectSchema } from "./values.ts";

/** Where the schema is found by those who have no copy of it. */
const SCHEMA_ID = "heddle-v1.json";

/**
 * The document format as JSON Schema, from the very schemas that check documents, so that editors complete and check what
 * is being written. Draft 7, because that is what editors understand. It says less than the verifier: an editor that is
 * content with a document has not verified it.
 */
export function describeDocument(): JsonObject {
  const whole = toJsonSchema(strict({ document: DocumentSchema, step: StepSchema }));
  // as: the conversion of an object with these two properties
  const { properties, definitions } = whole as unknown as {
    readonly properties: Readonly<Record<"document" | "step", JsonObject>>;
    readonly definitions?: JsonObject;
  };
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    $id: SCHEMA_ID,
    title: "Heddle pattern",
    ...properties.document,
    definitions: {
      ...definitions,
      steps: {
        description: "Steps by id. A step runs as soon as what it needs and reads is there.",
        type: "object",
        propertyNames: { pattern: ID.source },
        additionalProperties: { $ref: "#/definitions/step" },
      },
      step: { ...properties.step, oneOf: STEP_KINDS.map((kind) => ({ required: [kind] })) },
    },
  };
}

const DocumentSchema = strict({
  ...HEAD_SHAPE,
  agents: z.record(z.string().regex(ID), RoleSchema).optional(),
  parameters: z.record(z.string().regex(ID), ObjectSchema).optional(),
  hooks: z.array(HookDocumentSchema).optional(),
  triggers: z.array(TriggerSchema).optional(),
  steps: NestedStepsSchema,
});

/** What people read beside a key while they write it. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  heddle: "The format of this document: v1.",
  type: "What kind of coordination a pattern is; of a step: its task type, for matchers.",
  input: "JSON Schema of the run's input; checked before the run starts.",
  output: "What the whole gives, as a template; without it, the outputs of the last steps.",
  agents: "Roles by id, each bound to a handler.",
  coordination: "How the run as a whole is driven: concurrency, timeout, what a failure does.",
  defaults: "Timeouts and retries of steps that say nothing else.",
  needs: "Steps that have to be over before, with `join` saying how.",
  join: "When the needs are met: all (default), noneFailed, done, any, anyFailed, { atLeast }.",
  if: "A condition (CEL); asked once, before the step starts. False skips it.",
  foreach: "Runs the step once per item.",
  with: "The input, as a template.",
  outputSchema: "JSON Schema that the output has to keep.",
  onError: "continue: the step stays failed, and the run goes on.",
  fallback: "What runs instead when the step has failed.",
  compensate: "What undoes the step when the run fails afterwards.",
  cancels: "Steps that are cancelled when this one succeeds.",
  lock: "A key: one holder at a time, across runs.",
  timeout: "Longest time from start to close of one attempt.",
  retry: "Temporal's retry policy, with kinds of backoff and jitter.",
};

function toJsonSchema(schema: z.ZodType): JsonObject {
  const json = z.toJSONSchema(schema, {
    target: "draft-7",
    io: "input",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema === NestedStepsSchema) jsonSchema.$ref = "#/definitions/steps";
      else if (isMapping(zodSchema)) jsonSchema.type = "object";
      const branches = branchesOf.get(zodSchema);
      if (branches !== undefined) jsonSchema.anyOf = branches.map(branchSchema);
      describeProperties(jsonSchema.properties);
    },
  });
  return json as unknown as JsonObject; // as: JSON Schema is JSON
}

function isMapping(schema: z.core.$ZodType): boolean {
  return schema === ObjectSchema;
}

/** A branch stands inside the schema that it is a branch of. */
function branchSchema(schema: z.ZodType): z.core.JSONSchema.BaseSchema {
  const { $schema: _dialect, ...branch } = toJsonSchema(schema);
  return branch;
}

function describeProperties(properties: z.core.JSONSchema.BaseSchema["properties"]): void {
  for (const [key, schema] of Object.entries(properties ?? {})) {
    const description = DESCRIPTIONS[key];
    if (description !== undefined && typeof schema === "object") schema.description ??= description;
  }
}
