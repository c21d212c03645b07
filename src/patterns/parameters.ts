import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../core/index.ts";
import {
  evaluateExpression,
  hasExpression,
  references,
  toText,
  trySplitText,
  type NameReference,
} from "../expressions/index.ts";
import type { DocumentPath } from "./walk.ts";

/** The name that template parameters have in expressions. */
const ROOT = "parameters";

/** Fields that may hold an expression without `${{ }}`. */
const CONDITIONS = new Set<string | number>(["if", "when", "while", "until", "match"]);

/** A document whose template parameters have got their values. */
export interface Substituted {
  readonly value: JsonValue;
  /** Parameters that something reads. */
  readonly used: ReadonlySet<string>;
  /** Parameters that are read and have neither a value nor a default. */
  readonly missing: ReadonlySet<string>;
}

/**
 * Puts values (or defaults) in the place of `parameters.x`, everywhere in a document, before its schema looks at it: a
 * parameter may stand where only a number is allowed. An expression that names nothing else is evaluated now; in others,
 * and in shell commands, the value becomes a literal, so that it never turns into syntax.
 */
export function substituteParameters(
  document: JsonValue,
  given: Readonly<Record<string, JsonValue>> = {},
): Substituted {
  const used = new Set<string>();
  const missing = new Set<string>();
  const declared = isJsonObject(document) ? document[ROOT] : undefined;
  if (!isJsonObject(document) || !isJsonObject(declared)) return { value: document, used, missing };
  const task: Task = { values: valuesOf(declared, given), declared, used, missing };
  const entries = Object.entries(document).map(([key, part]) => {
    return [key, key === ROOT ? part : substitute(task, part, [key])] as const;
  });
  return { value: Object.fromEntries(entries), used, missing };
}

interface Task {
  readonly values: JsonObject;
  readonly declared: JsonObject;
  readonly used: Set<string>;
  readonly missing: Set<string>;
}

function valuesOf(declared: JsonObject, given: Readonly<Record<string, JsonValue>>): JsonObject {
  const values: [string, JsonValue][] = [];
  for (const [name, schema] of Object.entries(declared)) {
    const value = Object.hasOwn(given, name)
      ? given[name]
      : isJsonObject(schema)
        ? schema["default"]
        : undefined;
    if (value !== undefined) values.push([name, value]);
  }
  return Object.fromEntries(values);
}

/** Recursive: the depth of documents is bounded before. */
function substitute(task: Task, value: JsonValue, path: DocumentPath): JsonValue {
  if (typeof value === "string") return value.includes(ROOT) ? fillText(task, value, path) : value;
  if (isJsonArray(value))
    return value.map((item, index) => substitute(task, item, [...path, index]));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, substitute(task, item, [...path, key])]),
  );
}

function fillText(task: Task, text: string, path: DocumentPath): JsonValue {
  const key = path.at(-1) ?? "";
  if (!hasExpression(text)) {
    const isCondition = CONDITIONS.has(key) && readsParameters(text);
    return isCondition ? `\${{ ${withLiterals(task, text)} }}` : text;
  }
  const split = trySplitText(text);
  // The verifier reports what is wrong, with its place; here the text just stays as it is.
  if (!split.ok) return text;
  const parts = split.value;
  const [only] = parts;
  if (parts.length === 1 && only !== undefined && "source" in only)
    return isClosed(task, only.source)
      ? escape(evaluateExpression(only.source, { [ROOT]: task.values }))
      : `\${{ ${withLiterals(task, only.source)} }}`;
  return parts
    .map((part) => ("text" in part ? escapeText(part.text) : fillPart(task, part.source, key)))
    .join("");
}

function fillPart(task: Task, source: string, key: string | number): string {
  if (key !== "run" && isClosed(task, source))
    return escapeText(toText(evaluateExpression(source, { [ROOT]: task.values })));
  return `\${{ ${withLiterals(task, source)} }}`;
}

function readsParameters(source: string): boolean {
  return references(source).some(({ root }) => root === ROOT);
}

/** True for an expression that reads parameters and nothing else, all of which have values. */
function isClosed(task: Task, source: string): boolean {
  const found = references(source);
  return found.length > 0 && found.every((reference) => valueOf(task, reference) !== undefined);
}

/** The value of the parameter that a reference names; notes that it is read. */
function valueOf(task: Task, { root, path }: NameReference): JsonValue | undefined {
  const [name] = path;
  if (root !== ROOT || typeof name !== "string" || !Object.hasOwn(task.declared, name))
    return undefined;
  task.used.add(name);
  if (Object.hasOwn(task.values, name)) return task.values[name];
  task.missing.add(name);
  return undefined;
}

/** Writes the value of every parameter into the source of an expression. JSON is CEL. */
function withLiterals(task: Task, source: string): string {
  let out = source;
  const found = [...references(source)].sort((a, b) => b.start - a.start);
  for (const reference of found) {
    const value = valueOf(task, reference);
    const [name] = reference.path;
    if (value === undefined || typeof name !== "string") continue;
    // Only the root is replaced: what follows it in the source reads on in the literal.
    const literal = JSON.stringify({ [name]: value });
    out = `${out.slice(0, reference.start)}${literal}${out.slice(reference.start + ROOT.length)}`;
  }
  return out;
}

/** A value is data: an expression in it stays text. */
function escape(value: JsonValue): JsonValue {
  if (typeof value === "string") return escapeText(value);
  if (isJsonArray(value)) return value.map(escape);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, escape(item)]));
}

function escapeText(text: string): string {
  // A function, because `$$` in a replacement text means one `$`.
  return text.replaceAll("${{", () => "$${{");
}
