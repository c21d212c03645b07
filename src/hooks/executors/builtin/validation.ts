import { stat } from "node:fs/promises";

import { z } from "zod";

import type { JsonValue } from "../../../core/index.ts";
import { readPath } from "../../match-event.ts";
import { defineBuiltin } from "./builtin.ts";
import { insideWorkspace, isMissing } from "./files.ts";

/** Checks what a step left behind; refuses the step, or has it done again, when something is missing. */
export const validation = defineBuiltin({
  name: "validation",
  summary: "Checks a step's output and files, and refuses the step or has it done again.",
  points: ["step.after", "run.succeeded"],
  options: z.strictObject({
    /** Dotted paths in the output that must not be null. */
    required: z.array(z.string().min(1)).default([]),
    /** Files that must be in the workspace. */
    files: z.array(z.string().min(1)).default([]),
    /** A JSON Schema of the output. */
    schema: z.record(z.string(), z.json()).optional(),
    onInvalid: z.enum(["cancel", "retry"]).default("cancel"),
  }),
  async run({ event, options, context }) {
    const output = (event.step === undefined ? event.data?.["output"] : event.step.output) ?? null;
    const problems = [
      ...options.required
        .filter((path) => readPath({ output }, `output.${path}`) === null)
        .map((path) => `output.${path} is missing`),
      ...checkSchema(options.schema, output),
    ];
    for (const name of options.files) {
      const path = await insideWorkspace(context, name);
      const isThere = await stat(path).then(
        () => true,
        (error: unknown) => {
          if (isMissing(error)) return false;
          throw error;
        },
      );
      if (!isThere) problems.push(`the file ${name} is missing`);
    }
    if (problems.length === 0) return { outcome: "continue" };
    const reason = `Not valid: ${problems.join("; ")}`;
    return options.onInvalid === "retry" && event.step !== undefined
      ? { outcome: "retry", message: reason }
      : { outcome: "cancel", reason };
  },
});

function checkSchema(
  schema: Readonly<Record<string, unknown>> | undefined,
  output: JsonValue,
): readonly string[] {
  if (schema === undefined) return [];
  const result = z.fromJSONSchema(schema).safeParse(output);
  if (result.success) return [];
  return result.error.issues.map(
    ({ path, message }) => `${["output", ...path].map(String).join(".")}: ${message}`,
  );
}
