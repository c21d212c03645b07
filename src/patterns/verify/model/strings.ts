import { isJsonArray, isJsonObject, type JsonValue } from "../../../core/index.ts";
import type { DocumentPath } from "../../walk.ts";

export interface StringAt {
  readonly text: string;
  readonly path: DocumentPath;
}

/** Every string below a value, in document order; iterative, values nest as deep as their author likes. */
export function* stringsOf(root: JsonValue, rootPath: DocumentPath = []): Generator<StringAt> {
  if (typeof root === "string") {
    yield { text: root, path: rootPath };
    return;
  }
  const work: { readonly value: JsonValue; readonly path: DocumentPath }[] = [
    { value: root, path: rootPath },
  ];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    const { value, path } = next;
    if (typeof value === "string") yield { text: value, path };
    else if (isJsonArray(value)) {
      for (let at = value.length - 1; at >= 0; at -= 1) {
        work.push({ value: value[at] ?? null, path: [...path, at] });
      }
    } else if (isJsonObject(value)) {
      for (const key of Object.keys(value).reverse()) {
        const inner = value[key];
        if (inner !== undefined) work.push({ value: inner, path: [...path, key] });
      }
    }
  }
}
