import {
  err,
  isJsonArray,
  isJsonObject,
  ok,
  type JsonObject,
  type JsonValue,
  type Result,
} from "../core/index.ts";
import { BoundedCache } from "./bounded-cache.ts";
import type { SyntaxCode } from "./error.ts";
import { parseExpression } from "./parse-expression.ts";
import { hasExpression, trySplitText } from "./split-text.ts";
import type { Template } from "./template.ts";

/** What is wrong with one `${{ }}` of a value. */
export interface TemplateIssue {
  readonly code: SyntaxCode | "template-too-deep";
  readonly message: string;
  readonly hint: string;
  /** Keys and indices from the value to the string. */
  readonly path: readonly (string | number)[];
  /** Offset in that string. */
  readonly offset: number;
}

/** Deepest nesting of a templated value. */
const MAX_DEPTH = 500;

/** Finds and parses every `${{ }}` of a JSON value, and reports all problems together. */
export function parseTemplate(value: JsonValue): Result<Template, readonly TemplateIssue[]> {
  const known = isContainer(value) ? parsedValues.get(value) : undefined;
  if (known !== undefined) return ok(known);
  const issues: TemplateIssue[] = [];
  const template = parseValue(value, [], issues);
  if (issues.length > 0) return err(issues);
  if (isContainer(value)) parsedValues.set(value, template);
  return ok(template);
}

/** By the value itself, which is never changed: the verifier parses what the compiler then asks for. */
const parsedValues = new WeakMap<object, Template>();

function isContainer(value: JsonValue): value is JsonObject | readonly JsonValue[] {
  return typeof value === "object" && value !== null;
}

/** Recursive: MAX_DEPTH bounds it. A subtree without expressions stays one literal. */
function parseValue(
  value: JsonValue,
  path: (string | number)[],
  issues: TemplateIssue[],
): Template {
  if (typeof value === "string") return parseText(value, path, issues);
  if (typeof value !== "object" || value === null) return { lit: value };
  if (path.length >= MAX_DEPTH) {
    const message = `The value nests deeper than ${MAX_DEPTH} levels`;
    issues.push({
      code: "template-too-deep",
      message,
      hint: "flatten it",
      path: [...path],
      offset: 0,
    });
    return { lit: null };
  }
  if (isJsonArray(value)) {
    const list = value.map((item, index) => parseChild(item, index, path, issues));
    return list.every((item) => "lit" in item) ? literalList(value, list) : { list };
  }
  if (!isJsonObject(value)) return { lit: value };
  const entries: (readonly [string, Template])[] = [];
  let isLiteral = true;
  for (const key of Object.keys(value)) {
    const template = parseChild(value[key] ?? null, key, path, issues);
    isLiteral &&= "lit" in template;
    entries.push([key, template]);
  }
  return isLiteral ? literalMap(entries) : { map: Object.fromEntries(entries) };
}

function parseChild(
  value: JsonValue,
  key: string | number,
  path: (string | number)[],
  issues: TemplateIssue[],
): Template {
  path.push(key);
  const template = parseValue(value, path, issues);
  path.pop();
  return template;
}

/** Rebuilt rather than reused, because `$${{` in a string becomes `${{`. */
function literalList(value: readonly JsonValue[], list: readonly Template[]): Template {
  return { lit: list.map((item, index) => ("lit" in item ? item.lit : (value[index] ?? null))) };
}

function literalMap(entries: readonly (readonly [string, Template])[]): Template {
  return {
    lit: Object.fromEntries(entries.map(([key, item]) => [key, "lit" in item ? item.lit : null])),
  };
}

/** Many places read the same output, and what cannot change can be shared. */
const cache = new BoundedCache<Template>();

function parseText(text: string, path: (string | number)[], issues: TemplateIssue[]): Template {
  if (!hasExpression(text)) return { lit: text };
  const known = cache.get(text);
  if (known !== undefined) return known;
  const before = issues.length;
  const template = parseParts(text, path, issues);
  return issues.length > before ? template : cache.keep(text, template);
}

function parseParts(text: string, path: (string | number)[], issues: TemplateIssue[]): Template {
  const split = trySplitText(text);
  if (!split.ok) {
    const { problem: message, hint, at } = split.error;
    const code = split.error.code as SyntaxCode; // as: reading tokens throws no other
    issues.push({ code, message, hint, path: [...path], offset: at });
    return { lit: null };
  }
  const parts = split.value;
  const templates = parts.map((part): Template => {
    if ("text" in part) return { lit: part.text };
    const parsed = parseExpression(part.source);
    if (parsed.ok) return parsed.value;
    for (const { code, message, hint, start } of parsed.error)
      issues.push({ code, message, hint, path: [...path], offset: part.offset + start });
    return { lit: null };
  });
  const [first] = templates;
  return templates.length === 1 && first !== undefined ? first : { concat: templates };
}
