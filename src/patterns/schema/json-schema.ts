import { z } from "zod";

import { isJsonObject, type JsonObject } from "../../core/index.ts";
import { STEP_KINDS } from "../document.ts";
import { NestedStepsSchema } from "./bodies.ts";
import { PATTERN_KEYS, STEP_KEYS, type Descriptions } from "./descriptions.ts";
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
    ...describeKeys(properties.document, PATTERN_KEYS),
    definitions: {
      ...definitions,
      steps: {
        description: "Steps by id. A step runs as soon as what it needs and reads is there.",
        type: "object",
        propertyNames: { pattern: ID.source },
        additionalProperties: { $ref: "#/definitions/step" },
      },
      step: {
        ...describeKeys(properties.step, STEP_KEYS),
        oneOf: STEP_KINDS.map((kind) => ({ required: [kind] })),
      },
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

/**
 * Says what the keys of an object are for. Only in the finished JSON: before, one schema stands for all places that use it.
 */
function describeKeys(schema: JsonObject, keys: Descriptions): JsonObject {
  const { properties } = schema;
  if (properties === undefined || !isJsonObject(properties)) return schema;
  const described = Object.entries(properties).map(([key, value]) => {
    const words = keys[key];
    if (words === undefined || !isJsonObject(value)) return [key, value] as const;
    const { description, keys: inner } =
      typeof words === "string" ? { description: words, keys: {} } : words;
    return [key, { ...describeKeys(value, inner), description }] as const;
  });
  return { ...schema, properties: Object.fromEntries(described) };
}
