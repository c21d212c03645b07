import type { JsonObject, JsonValue } from "../../core/index.ts";

/** A parameter's value, and where it comes from, for messages: `--set`, a file's name. */
export interface GivenValue {
  readonly value: JsonValue;
  readonly origin: string;
}

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Reads the text that somebody typed for a parameter as what its JSON Schema wants. A text that is no such thing stays a
 * text: the schema's check then says what it should have been.
 */
export function readTyped(schema: JsonObject, text: string): JsonValue {
  const types = typesOf(schema);
  if (types === undefined) return parseJson(text) ?? text;
  for (const type of types) {
    const value = readAs(type, text.trim());
    if (value !== undefined) return value;
  }
  return text;
}

/** Undefined where anything goes. Text comes last: everything is a text. */
function typesOf({ type }: JsonObject): readonly string[] | undefined {
  if (typeof type === "string") return [type];
  return Array.isArray(type) ? type.map(String) : undefined;
}

function readAs(type: string, text: string): JsonValue | undefined {
  switch (type) {
    case "integer":
    case "number":
      return NUMBER.test(text) ? Number(text) : undefined;
    case "boolean":
      return text === "true" ? true : text === "false" ? false : undefined;
    case "null":
      return text === "null" ? null : undefined;
    case "array":
    case "object":
      return parseJson(text);
    default:
      return undefined;
  }
}

function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue; // as: JSON.parse gives nothing else
  } catch {
    return undefined; // then it is a plain text
  }
}
