import type { JsonObject, JsonValue } from "../core/index.ts";
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
