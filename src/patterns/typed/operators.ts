import type { JsonPrimitive } from "../../core/index.ts";
import { child, literal, makeRef, partsOf, type Ref, type RefOf, type Root } from "./ref.ts";
import { escapeText } from "./value.ts";

/** What may stand inside a calculation. */
type Operand = RefOf<unknown> | JsonPrimitive;
type Other<T extends JsonPrimitive> = RefOf<NoInfer<T>> | NoInfer<T>;

/**
 * An expression in CEL with typed references in it; its own type is what you say it is. References become their
 * paths, other values literals.
 *
 * @example
 * step("merge", call(merge, { files }), { if: expr<boolean>`size(${input.files}) > 1` });
 */
export function expr<T>(source: TemplateStringsArray, ...values: readonly Operand[]): Ref<T> {
  const [first = null] = values;
  const isLone = values.length === 1 && source.every((piece) => piece.trim() === "");
  const cel = source.map((piece, at) => piece + operandAt(values, at)).join("");
  return isLone ? makeRef(celIn(first), rootsOf(values)) : calculate(cel.trim(), values);
}

/** Text with references in it, as in text`${input.name} has ${lint.output.exitCode}`. */
export function text(source: TemplateStringsArray, ...values: readonly Operand[]): Ref<string> {
  const template: string[] = [];
  const cel: string[] = [];
  // Neighbours become one text first: a "$" and a "{{" of two pieces would open an expression.
  let plain = "";
  const flush = (end: (text: string) => string): void => {
    if (plain !== "") cel.push(literal(plain));
    template.push(end(plain));
    plain = "";
  };
  source.forEach((piece, index) => {
    plain += piece;
    if (index >= values.length) return;
    const value = values[index] ?? null;
    const path = partsOf(value)?.cel;
    if (path === undefined) {
      plain += typeof value === "string" ? value : JSON.stringify(value);
      return;
    }
    flush(beforeExpression);
    template.push(`\${{ ${path} }}`);
    cel.push(`string(${path})`);
  });
  flush(escapeText);
  return makeRef(`(${cel.join(" + ") || '""'})`, rootsOf(values), { template: template.join("") });
}

/** A dollar right before an expression would make it text. */
function beforeExpression(piece: string): string {
  const dollars = /\$+$/.exec(piece)?.[0] ?? "";
  const before = escapeText(piece.slice(0, piece.length - dollars.length));
  return dollars === "" ? before : `${before}\${{ ${literal(dollars)} }}`;
}

/** An element of a list or an entry of a record. */
export function at<E>(list: RefOf<readonly E[]>, index: number): Ref<E>;
export function at<T extends object, K extends string & keyof T>(
  record: RefOf<T>,
  key: K,
): Ref<T[K]>;
export function at(ref: RefOf<unknown>, key: string | number): Ref<unknown> {
  return child(celIn(ref), key, rootsOf([ref]));
}

/** What may be absent from an object, with what to take then. */
export function orElse<T>(
  ref: RefOf<T>,
  otherwise: RefOf<Exclude<T, undefined>> | (Exclude<T, undefined> & JsonPrimitive),
): Ref<Exclude<T, undefined>> {
  const optional = partsOf(ref)?.optionalCel ?? celIn(ref);
  return makeRef(`${optional}.orValue(${celIn(otherwise)})`, rootsOf([ref, otherwise]));
}

/** What may be null, with what to take then. */
export function ifNull<T>(
  ref: RefOf<T>,
  otherwise: RefOf<NonNullable<T>> | (NonNullable<T> & JsonPrimitive),
): Ref<NonNullable<T>> {
  const cel = celIn(ref);
  return calculate(`${cel} == null ? ${celIn(otherwise)} : ${cel}`, [ref, otherwise]);
}

/** The elements that are not null: of a foreach, those of its items that succeeded. */
export function present<T>(list: RefOf<readonly T[]>): Ref<readonly NonNullable<T>[]> {
  return makeRef(`${celIn(list)}.filter(x, x != null)`, rootsOf([list]));
}

/** Equality of scalars; the others compare numbers. */
export function eq<T extends JsonPrimitive>(left: RefOf<T>, right: Other<T>): Ref<boolean> {
  return binary("==", left, right);
}
export function ne<T extends JsonPrimitive>(left: RefOf<T>, right: Other<T>): Ref<boolean> {
  return binary("!=", left, right);
}
export function lt(left: RefOf<number>, right: Other<number>): Ref<boolean> {
  return binary("<", left, right);
}
export function lte(left: RefOf<number>, right: Other<number>): Ref<boolean> {
  return binary("<=", left, right);
}
export function gt(left: RefOf<number>, right: Other<number>): Ref<boolean> {
  return binary(">", left, right);
}
export function gte(left: RefOf<number>, right: Other<number>): Ref<boolean> {
  return binary(">=", left, right);
}
export function and(...parts: readonly RefOf<boolean>[]): Ref<boolean> {
  return calculate(parts.map(celIn).join(" && "), parts);
}
export function or(...parts: readonly RefOf<boolean>[]): Ref<boolean> {
  return calculate(parts.map(celIn).join(" || "), parts);
}
export function not(part: RefOf<boolean>): Ref<boolean> {
  return calculate(`!${celIn(part)}`, [part]);
}
/** The number of elements, characters or entries. */
export function size(value: RefOf<string | object>): Ref<number> {
  return makeRef(`size(${celIn(value)})`, rootsOf([value]));
}

function binary(operator: string, left: Operand, right: Operand): Ref<boolean> {
  return calculate(`${celIn(left)} ${operator} ${celIn(right)}`, [left, right]);
}

/** In brackets only where it becomes a part of something: alone it is written as people write it. */
function calculate<T>(cel: string, operands: readonly Operand[]): Ref<T> {
  return makeRef(`(${cel})`, rootsOf(operands), { template: `\${{ ${cel} }}` });
}

function operandAt(values: readonly Operand[], index: number): string {
  return index < values.length ? celIn(values[index] ?? null) : "";
}

function celIn(value: Operand): string {
  // as: what has no parts is no reference
  return partsOf(value)?.cel ?? literal(value as JsonPrimitive);
}

function rootsOf(values: readonly unknown[]): readonly Root[] {
  return [...new Set(values.flatMap((value) => partsOf(value)?.roots ?? []))];
}
