import { isJsonArray, isJsonObject, type JsonValue } from "../../../core/index.ts";
import type { Expression, Template } from "../../../expressions/index.ts";
import type { DocumentPath } from "../../walk.ts";

/**
 * Shows every string below a value to `look`, in document order. `path` is where it stands while `look` runs, and something else
 * afterwards: most strings are looked at and passed over, so keeping it is the reader's matter.
 * Recursive: a document's depth is bounded when it is read.
 */
export function forEachString(
  root: JsonValue,
  rootPath: DocumentPath,
  look: (text: string, path: DocumentPath) => void,
): void {
  visit(root, [...rootPath], look);
}

function visit(
  value: JsonValue,
  path: (string | number)[],
  look: (text: string, path: DocumentPath) => void,
): void {
  if (typeof value === "string") look(value, path);
  else if (isJsonArray(value)) {
    value.forEach((item, at) => {
      path.push(at);
      visit(item, path, look);
      path.pop();
    });
  } else if (isJsonObject(value)) {
    for (const key of Object.keys(value)) {
      path.push(key);
      visit(value[key] ?? null, path, look);
      path.pop();
    }
  }
}

/**
 * Shows every expression of a template to `look`, in document order, and whether it is its whole string. `path` holds as in
 * `forEachString`.
 */
export function forEachExpression(
  root: Template,
  rootPath: DocumentPath,
  look: (expression: Expression, path: DocumentPath, isWhole: boolean) => void,
): void {
  visitTemplate(root, [...rootPath], look);
}

function visitTemplate(
  template: Template,
  path: (string | number)[],
  look: (expression: Expression, path: DocumentPath, isWhole: boolean) => void,
): void {
  if ("lit" in template) return;
  if ("expr" in template) look(template, path, true);
  else if ("concat" in template) {
    for (const part of template.concat) if ("expr" in part) look(part, path, false);
  } else if ("list" in template) {
    template.list.forEach((item, at) => {
      path.push(at);
      visitTemplate(item, path, look);
      path.pop();
    });
  } else {
    for (const [key, item] of Object.entries(template.map)) {
      path.push(key);
      visitTemplate(item, path, look);
      path.pop();
    }
  }
}
