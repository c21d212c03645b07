import { isJsonObject, type JsonObject } from "../../../core/index.ts";
import type { DocumentPath } from "../../walk.ts";
import { callsOf } from "./calls.ts";
import type { Model } from "./model.ts";

/** A JSON Schema of the document, with a name for messages. */
export interface SchemaAt {
  readonly schema: JsonObject;
  readonly path: DocumentPath;
  readonly what: string;
}

/** Every JSON Schema that a document holds, those of builtin hooks aside. */
export function* schemasOf({ document, steps }: Model): Generator<SchemaAt> {
  if (document.input) yield { schema: document.input, path: ["input"], what: "The input schema" };
  for (const [name, schema] of Object.entries(document.parameters ?? {})) {
    yield { schema, path: ["parameters", name], what: `Parameter "${name}"` };
  }
  for (const [id, role] of Object.entries(document.agents ?? {})) {
    const what = `Role "${id}"`;
    if (role.inputSchema) {
      yield { schema: role.inputSchema, path: ["agents", id, "inputSchema"], what };
    }
    if (role.outputSchema) {
      yield { schema: role.outputSchema, path: ["agents", id, "outputSchema"], what };
    }
  }
  for (const { id, step, path } of steps) {
    if (!step.outputSchema) continue;
    yield { schema: step.outputSchema, path: [...path, "outputSchema"], what: `Step "${id}"` };
  }
}

/** The schemas that builtin hooks compare outputs with. */
export function* schemasOfHooks(model: Model): Generator<SchemaAt> {
  for (const { name, path, who, options } of callsOf(model, "builtin")) {
    const schema = options?.["schema"];
    if (name !== "validation" || !isJsonObject(schema)) continue;
    yield { schema, path: [...path.slice(0, -1), "options", "schema"], what: who };
  }
}
