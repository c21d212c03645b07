import { isJsonObject, SECRET_NAME, type JsonObject, type JsonValue } from "../core/index.ts";
import type { Template } from "../expressions/index.ts";
import type { Body, RunBody } from "./plan.ts";

/** The bodies that an activity carries out. */
export type ActivityBody = Extract<Body, { readonly kind: "run" | "http" | "agent" | "call" }>;

/**
 * The input of an activity step as hooks see it. One text for both places where it is evaluated: the workflow, and the
 * activity that carries out a chain of local steps.
 * @throws whatever `evaluate` throws
 */
export function prepareActivityInput(
  body: ActivityBody,
  evaluate: (template: Template) => JsonValue,
): JsonValue {
  switch (body.kind) {
    case "run":
      return prepareRun(body, evaluate);
    case "http":
      return evaluate(body.request);
    case "agent":
    case "call":
      return evaluate(body.with);
  }
}

/**
 * The variables or headers (in lower case) for which a body names a secret, with what it says: only what is written in
 * the document counts, never what an expression gives.
 */
export function namedSecrets(body: ActivityBody): Readonly<Record<string, string>> | undefined {
  const written = body.kind === "run" ? (body.env ?? {}) : headersOf(body);
  const named = Object.entries(written).flatMap(([name, template]) =>
    "lit" in template && typeof template.lit === "string" && SECRET_NAME.test(template.lit)
      ? [[body.kind === "run" ? name : name.toLowerCase(), template.lit] as const]
      : [],
  );
  return named.length === 0 ? undefined : Object.fromEntries(named);
}

function headersOf(body: ActivityBody): Readonly<Record<string, Template>> {
  if (body.kind !== "http") return {};
  const { request } = body;
  const headers = fieldOf(request, "headers");
  if (headers === undefined) return {};
  if ("map" in headers) return headers.map;
  if (!("lit" in headers) || !isJsonObject(headers.lit)) return {};
  return Object.fromEntries(Object.entries(headers.lit).map(([name, lit]) => [name, { lit }]));
}

function fieldOf(template: Template, name: string): Template | undefined {
  if ("map" in template) return template.map[name];
  const lit = "lit" in template && isJsonObject(template.lit) ? template.lit[name] : undefined;
  return lit === undefined ? undefined : { lit };
}

/** Every template whose value is part of the input. */
export function inputTemplates(body: ActivityBody): readonly Template[] {
  const found: Template[] = [];
  prepareActivityInput(body, (template) => {
    found.push(template);
    return null;
  });
  return found;
}

function prepareRun(body: RunBody, evaluate: (template: Template) => JsonValue): JsonValue {
  const variables = Object.entries(body.env ?? {}).map(([name, template]) => [
    name,
    toText(evaluate(template)),
  ]);
  return {
    command: commandOf(body, evaluate),
    ...(variables.length === 0 ? {} : { env: Object.fromEntries(variables) as JsonObject }), // as: text values only
    ...(body.with === undefined ? {} : { with: evaluate(body.with) }),
  };
}

function commandOf({ command }: RunBody, evaluate: (template: Template) => JsonValue): JsonValue {
  if ("shell" in command) return command.shell;
  if ("argv" in command) return command.argv.map((part) => toText(evaluate(part)));
  return evaluate(command.dynamic);
}

/** How a value looks as an argument or a variable: text as it is, everything else as JSON. */
function toText(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
