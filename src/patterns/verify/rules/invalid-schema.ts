import { z } from "zod";

import { messageOf, type JsonObject } from "../../../core/index.ts";
import type { SchemaFault } from "../../schema-fault/fault.ts";
import { findSchemaFault } from "../../schema-fault/find-fault.ts";
import { formatPath } from "../../walk.ts";
import { schemasOf, schemasOfHooks, type SchemaAt } from "../model/schemas.ts";
import type { Finding, Rule } from "../rule.ts";

export const invalidSchema: Rule = {
  code: "invalid-schema",
  severity: "error",
  summary: "A JSON Schema is none, so that no value can be checked against it.",
  *check(model) {
    for (const at of schemasOf(model)) {
      const fault = findSchemaFault(at.schema);
      if (fault !== undefined) yield toFinding(at, fault);
    }
    for (const at of schemasOfHooks(model)) yield* checkOfHook(at);
  },
};

/** The builtin hook reads schemas with zod, which knows other drafts and fewer keywords, and overlooks some mistakes. */
function* checkOfHook(at: SchemaAt): Iterable<Finding> {
  const fault = findSchemaFault(at.schema);
  const refusal = refusalOfHook(at.schema);
  if (refusal !== undefined) yield toFinding(at, fault ?? refusal);
  else if (fault !== undefined && fault.path[0] !== "$schema")
    yield { ...toFinding(at, fault), severity: "warning" };
}

function refusalOfHook(schema: JsonObject): SchemaFault | undefined {
  try {
    z.fromJSONSchema(schema);
    return undefined;
  } catch (error) {
    const hint =
      "Write it with the keywords that this builtin takes, or use a command or function.";
    return { path: [], message: `cannot be used: ${messageOf(error)}`, hint };
  }
}

function toFinding({ path, what }: SchemaAt, fault: SchemaFault): Finding {
  const where = fault.path.length === 0 ? "the schema" : formatPath(fault.path);
  return {
    path: [...path, ...fault.path],
    message: `${what}: ${where} ${fault.message}`,
    hint: fault.hint,
  };
}
