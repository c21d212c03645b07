import { isJsonObject, type Issue, type JsonObject, type JsonValue } from "../../core/index.ts";
import { checkSchema } from "../json-schema.ts";
import { substituteParameters } from "../parameters.ts";
import { readPattern, type AcceptedPattern } from "../read-pattern.ts";
import { parseData, parseText } from "../text/parse.ts";
import type { ParsedText } from "../text/parsed-text.ts";
import { formatPath } from "../walk.ts";
import { readTyped, type GivenValue } from "./values.ts";

export interface InstantiateOptions {
  /** Values with their types, as a file has them. */
  readonly values?: Readonly<Record<string, GivenValue>>;
  /** Values as texts, as a command line has them; they win over `values`. */
  readonly texts?: Readonly<Record<string, string>>;
  /** The name of the result; default: the template's. */
  readonly name?: string;
}

export interface Instantiated {
  /** Everything that keeps the template from being instantiated like this, and warnings. */
  readonly issues: readonly Issue[];
  /** The result, a pattern without parameters. Present when no issue is an error. */
  readonly accepted?: AcceptedPattern;
  /** The value of every parameter. */
  readonly parameters: JsonObject;
}

/**
 * Makes a pattern of a template: checks the given values against the JSON Schemas under `parameters`, puts them (and the
 * defaults of the others) in their places, and verifies the result like any other pattern. Never throws for anything a
 * template or a value contains.
 */
export function instantiatePattern(
  source: string | object,
  options: InstantiateOptions = {},
): Instantiated {
  const parsed = typeof source === "string" ? parseText(source) : parseData(source);
  const declared = declaredIn(parsed.value);
  const given = { ...options.values, ...readTexts(declared, options.texts ?? {}) };
  const parameters = Object.fromEntries(
    Object.entries(given).map(([name, { value }]) => [name, value]),
  );
  const invalid = [...checkValues(parsed, declared, given)];
  const template = readPattern(source, { parameters });
  // A value that does not fit its schema breaks whatever it was put into: only the cause is told.
  if (invalid.length > 0)
    return { issues: [...invalid, ...template.issues.filter(isAboutNames)], parameters };
  const filled = { ...defaultsOf(declared), ...parameters };
  if (template.accepted === undefined || parsed.value === undefined)
    return { issues: template.issues, parameters: filled };
  const { accepted, issues } = readPattern(resultOf(parsed.value, parameters, options.name));
  // The template's issues have their lines; of the result only what the new name brings is news.
  if (accepted === undefined) return { issues, parameters: filled };
  return { issues: template.issues, accepted, parameters: filled };
}

function declaredIn(value: JsonValue | undefined): JsonObject {
  const declared = value !== undefined && isJsonObject(value) ? value["parameters"] : undefined;
  return isJsonObject(declared) ? declared : {};
}

function readTexts(
  declared: JsonObject,
  texts: Readonly<Record<string, string>>,
): Record<string, GivenValue> {
  const read = Object.entries(texts).map(([name, text]) => {
    const schema = Object.hasOwn(declared, name) ? declared[name] : undefined;
    const value = readTyped(isJsonObject(schema) ? schema : {}, text);
    return [name, { value, origin: `--set ${name}=${text}` }] as const;
  });
  return Object.fromEntries(read);
}

/** Every value that its schema refuses, the defaults of parameters that got no value included. */
function* checkValues(
  parsed: ParsedText,
  declared: JsonObject,
  given: Readonly<Record<string, GivenValue>>,
): Generator<Issue> {
  for (const [name, schema] of Object.entries(declared)) {
    if (!isJsonObject(schema)) continue;
    const chosen = Object.hasOwn(given, name) ? given[name] : defaultOf(schema);
    if (chosen === undefined) continue;
    const checked = checkSchema(schema, chosen.value);
    if (checked.ok) continue;
    for (const problem of checked.problems) {
      const path = ["parameters", name];
      yield {
        code: "invalid-parameter",
        severity: "error",
        path: formatPath(path),
        ...parsed.positionOf(path),
        message: messageFor(name, problem, chosen.value),
        hint: `It comes from ${chosen.origin}; this is where the parameter is declared.`,
      };
    }
  }
}

function messageFor(
  name: string,
  problem: { readonly path: string; readonly message: string },
  value: JsonValue,
): string {
  const where = problem.path === "" ? "" : ` at ${problem.path}`;
  const shown = JSON.stringify(value);
  const got = shown.length > 80 ? `${shown.slice(0, 79)}…` : shown;
  return `The parameter ${JSON.stringify(name)} ${problem.message}${where}, got ${got}`;
}

function defaultOf(schema: JsonObject): GivenValue | undefined {
  const value = schema["default"];
  return value === undefined ? undefined : { value, origin: "its default" };
}

function defaultsOf(declared: JsonObject): JsonObject {
  const entries = Object.entries(declared).flatMap(([name, schema]) => {
    const value = isJsonObject(schema) ? schema["default"] : undefined;
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}

function resultOf(
  template: JsonValue,
  parameters: JsonObject,
  name: string | undefined,
): JsonObject {
  const { value } = substituteParameters(template, parameters);
  if (!isJsonObject(value)) return {};
  const { parameters: _declared, ...rest } = value;
  return name === undefined ? rest : { ...rest, name };
}

function isAboutNames({ code }: Issue): boolean {
  return code === "unknown-parameter" || code === "missing-parameter";
}
