import type { DocumentPath } from "../walk.ts";
import type { TextProblem } from "./parsed-text.ts";

/** Deepest nesting of a document: scopes take three levels each, so it allows for some sixty of them. */
export const MAX_DEPTH = 200;

/** Most values: aliases let a small text stand for a huge document. */
const MAX_VALUES = 5_000_000;

/**
 * What a value holds that JSON cannot, and where it nests deeper or grows larger than a document may. Iterative; cycles
 * of a value that was never text end at the depth limit.
 */
export function checkJson(root: unknown): readonly TextProblem[] {
  const problems: TextProblem[] = [];
  const frames: Frame[] = [];
  let count = 0;
  const enter = (value: unknown): TextProblem | undefined => {
    count += 1;
    if (isJsonScalar(value)) return undefined;
    if (frames.length > MAX_DEPTH) return tooDeep(frames);
    if (!isPlainContainer(value)) return notJson(frames, value);
    frames.push({
      container: value,
      keys: Array.isArray(value) ? undefined : Object.keys(value),
      at: -1,
    });
    return undefined;
  };
  const keep = (problem: TextProblem | undefined): void => {
    if (problem !== undefined) problems.push(problem);
  };
  keep(enter(root));
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    if (count > MAX_VALUES) return [...problems, tooLarge(frames)];
    if (problems.at(-1)?.code === "too-deep") return problems;
    frame.at += 1;
    const key = keyOf(frame);
    if (key === undefined) {
      frames.pop();
      continue;
    }
    // as: a plain container can be read by its own keys
    const value = (frame.container as Readonly<Record<string | number, unknown>>)[key];
    // A key without a value is an absent key, as in TypeScript.
    if (value !== undefined || frame.keys === undefined) keep(enter(value));
  }
  return problems;
}

/** A container on the way to the value that is looked at. */
interface Frame {
  readonly container: object;
  /** Absent for a list. */
  readonly keys: readonly string[] | undefined;
  at: number;
}

function keyOf({ container, keys, at }: Frame): string | number | undefined {
  if (keys !== undefined) return keys[at];
  return Array.isArray(container) && at < container.length ? at : undefined;
}

function pathOf(frames: readonly Frame[]): DocumentPath {
  return frames.map(keyOf).filter((key) => key !== undefined);
}

function tooDeep(frames: readonly Frame[]): TextProblem {
  const message = `The document nests deeper than ${MAX_DEPTH} levels`;
  return { code: "too-deep", path: pathOf(frames), message, hint: "flatten it" };
}

function tooLarge(frames: readonly Frame[]): TextProblem {
  return {
    code: "document-too-large",
    path: pathOf(frames).slice(0, 1),
    message: `The document holds more than ${MAX_VALUES} values, aliases written out`,
    hint: "keep data out of the pattern: pass it as input or store it and pass a link",
  };
}

function notJson(frames: readonly Frame[], value: unknown): TextProblem {
  return {
    code: "not-json",
    path: pathOf(frames),
    message: `Expected plain data, got ${describe(value)}`,
    hint: "use text, numbers, booleans, null, lists and mappings",
  };
}

function isJsonScalar(value: unknown): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  return typeof value === "number" && Number.isFinite(value);
}

function isPlainContainer(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  if (typeof value === "number") return String(value);
  return typeof value === "object" ? "an object of a class" : typeof value;
}
