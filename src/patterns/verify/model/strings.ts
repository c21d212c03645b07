import { isJsonArray, isJsonObject, type JsonValue } from "../../../core/index.ts";
import type { DocumentPath } from "../../walk.ts";

export interface StringAt {
  readonly text: string;
  /** The key or index it stands under. */
  readonly key: string | number | undefined;
  /** Put together when it is asked for: most strings are looked at and passed over. */
  readonly path: () => DocumentPath;
}

interface Place {
  readonly value: JsonValue;
  readonly key: string | number | undefined;
  readonly parent: Place | undefined;
}

/** Every string below a value, in document order; iterative, values nest as deep as their author likes. */
export function* stringsOf(root: JsonValue, rootPath: DocumentPath = []): Generator<StringAt> {
  const work: Place[] = [{ value: root, key: rootPath.at(-1), parent: undefined }];
  for (let place = work.pop(); place !== undefined; place = work.pop()) {
    const { value, key } = place;
    if (typeof value === "string") {
      const here = place;
      yield { text: value, key, path: () => pathOf(here, rootPath) };
    } else if (isJsonArray(value)) {
      for (let at = value.length - 1; at >= 0; at -= 1) {
        work.push({ value: value[at] ?? null, key: at, parent: place });
      }
    } else if (isJsonObject(value)) {
      for (const name of Object.keys(value).reverse()) {
        const inner = value[name];
        if (inner !== undefined) work.push({ value: inner, key: name, parent: place });
      }
    }
  }
}

function pathOf(place: Place, rootPath: DocumentPath): DocumentPath {
  const tail: (string | number)[] = [];
  for (let at: Place | undefined = place; at.parent !== undefined; at = at.parent) {
    if (at.key !== undefined) tail.push(at.key);
  }
  return [...rootPath, ...tail.reverse()];
}
