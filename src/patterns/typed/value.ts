import {
  HeddleError,
  isJsonArray,
  type JsonObject,
  type JsonPrimitive,
  type JsonValue,
} from "../../core/index.ts";
import { partsOf, type RefOf, type RefParts, type Root } from "./ref.ts";

/** What may be written where a `T` is needed: a `T`, a reference to one, or one that holds references. */
export type Value<T> = unknown extends T
  ? AnyValue
  : RefOf<Frozen<Exclude<T, undefined>>> | Literal<T>;

/** Whether a list may be changed by its owner makes no difference to those who only hand it on. */
type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

type Literal<T> = T extends JsonPrimitive
  ? T
  : T extends object
    ? { readonly [K in keyof T]: Value<T[K]> }
    : never;

/** Any JSON that may hold references. What may be absent is none: it needs `orElse`. */
export type AnyValue =
  | JsonPrimitive
  | RefOf<JsonPrimitive | object>
  | readonly AnyValue[]
  | { readonly [key: string]: AnyValue };

/** What a written value will be once its references are known. */
export type Resolved<V> =
  V extends RefOf<infer T>
    ? T
    : V extends JsonPrimitive
      ? Widened<V>
      : V extends object
        ? { readonly [K in keyof V]: Resolved<V[K]> }
        : JsonValue;

type Widened<V> = V extends string
  ? string
  : V extends number
    ? number
    : V extends boolean
      ? boolean
      : V;

/** A condition: decided now, or by a reference that a run will know. */
export type Condition = boolean | RefOf<boolean>;

/** What is visible where something is written. */
export interface Sight {
  readonly sees: (root: Root) => boolean;
}

/** Sight of more things; what has the name of one of them is hidden by it. */
export function seeing(around: Sight, added: ReadonlySet<Root>): Sight {
  const isHidden = ({ name }: Root): boolean =>
    name !== undefined && [...added].some((root) => root.name === name);
  return { sees: (root) => added.has(root) || (!isHidden(root) && around.sees(root)) };
}

/** What a document says for a reference, where it may be read. */
function renderRef(parts: RefParts, sight: Sight): string {
  if (!parts.roots.every((root) => sight.sees(root)))
    throw new HeddleError("OUT_OF_SIGHT", `\${{ ${parts.cel} }} cannot be read here.`, {
      hint: "It belongs to another pattern, to another scope, or to a foreach around this one: hand it out through that scope's output.",
    });
  return parts.template ?? `\${{ ${parts.cel} }}`;
}

/** What the document says for a written value. Text stays what it is, `${{` included. */
export function render(value: unknown, sight: Sight): JsonValue {
  const parts = partsOf(value);
  if (parts !== undefined) return renderRef(parts, sight);
  if (typeof value === "string") return escapeText(value);
  if (typeof value !== "object" || value === null) return value as JsonPrimitive; // as: typed as JSON, and what is none is refused when the document is read
  // as: the same; a plain copy of the value is what has to be looked through
  const inner = value as JsonValue;
  if (isJsonArray(inner)) return inner.map((item) => render(item, sight));
  return renderFields(inner as JsonObject, sight); // as: neither scalar, null nor array
}

/** The same for each field that is there. */
export function renderFields(fields: object, sight: Sight): JsonObject {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]: [string, unknown]) => [key, render(value, sight)]),
  );
}

/** A condition as the document has it. */
export function renderCondition(condition: Condition, sight: Sight): boolean | string {
  // as: a reference renders to text
  return typeof condition === "boolean" ? condition : (render(condition, sight) as string);
}

/** Text as text where expressions may stand. */
export function escapeText(text: string): string {
  // In a replacement given as text, two dollars would mean one.
  return text.replaceAll("${{", () => "$${{");
}
