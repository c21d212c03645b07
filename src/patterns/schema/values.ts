import { parseRange, parseVersion } from "../version.ts";
import { z } from "zod";

import {
  checkEventGlob,
  checkEventType,
  isJsonObject,
  parseDuration,
  type JsonValue,
} from "../../core/index.ts";
import { hasExpression } from "../../expressions/index.ts";
import { addProblem, check, show } from "./problem.ts";

/** Role, step, hook and parameter ids. */
export const ID = /^[A-Za-z_][A-Za-z0-9_-]{0,127}$/;

/** Members that every JavaScript object has: an id among them would be found where nothing was defined. */
const RESERVED = new Set(Object.getOwnPropertyNames(Object.prototype));

export function isReservedId(id: string): boolean {
  return RESERVED.has(id);
}

type Branch = "text" | "number" | "boolean" | "list" | "object" | "null";

/** A value of one of several types. Unlike a union it reports what is wrong inside the type that was chosen. */
export function oneOf(
  expected: string,
  branches: Partial<Record<Branch, z.ZodType>>,
): z.ZodType<JsonValue> {
  const chosen = z.unknown().superRefine((value, context) => {
    const schema = branches[branchOf(value)];
    if (schema === undefined) {
      addProblem(context, `Expected ${expected}, got ${show(value)}`, {
        hint: `write ${expected}`,
      });
      return;
    }
    for (const { code, message, hint, path } of check(schema, value, [])) {
      context.addIssue({ code: "custom", message, path: [...path], params: { code, hint } });
    }
  });
  branchesOf.set(chosen, Object.values(branches));
  // as: the document holds JSON only, which was checked before the schema
  return chosen as z.ZodType<JsonValue>;
}

/** What `oneOf` chooses between, for those who describe a schema instead of checking with it. */
export const branchesOf = new WeakMap<z.core.$ZodType, readonly z.ZodType[]>();

function branchOf(value: unknown): Branch {
  if (value === null) return "null";
  if (typeof value === "string") return "text";
  if (typeof value === "number") return "number";
  if (typeof value === "boolean") return "boolean";
  return Array.isArray(value) ? "list" : "object";
}

/** Any JSON: templates are parsed by the compiler, which knows what they mean. */
export const JsonSchema = z.unknown();
export const ObjectSchema = z.custom<object>(isJsonObject, "Expected a mapping");
export const TextSchema = z.string().min(1, "Expected some text");
export const CountSchema = z.int().min(1);
export const IdSchema = z
  .string()
  .regex(ID, "Expected an id of letters, digits, _ and -, not beginning with a digit or a dash");
export const IdsSchema = oneOf("an id or a list of ids", {
  text: IdSchema,
  list: z.array(IdSchema),
});

export const DurationSchema = oneOf('a duration such as "30s"', {
  text: z.string().superRefine(refineDuration),
  number: z.number().superRefine(refineDuration),
});

/** What must not be zero: a limit that would never leave time for anything. */
export const LimitSchema = oneOf('a duration such as "30s"', {
  text: z.string().superRefine(refineLimit),
  number: z.number().superRefine(refineLimit),
});

export const DurationTemplateSchema = oneOf('a duration such as "30s" or an expression', {
  text: z.string().superRefine((value, context) => {
    if (!hasExpression(value)) refineDuration(value, context);
  }),
  number: z.number().superRefine(refineDuration),
});

/** A literal boolean, `${{ }}`, or bare CEL. */
export const ConditionSchema = oneOf("true, false or an expression", {
  text: TextSchema,
  boolean: z.boolean(),
});

const SHARE = /^(?:100|\d{1,2}(?:\.\d{1,6})?)\s*%$/;

/** A count, or a share such as `"50%"`. */
export function shareSchema(least: number): z.ZodType<JsonValue> {
  return oneOf('a count or a share such as "50%"', {
    text: z
      .string()
      .regex(SHARE, 'Expected a count or a share such as "50%"')
      .refine((share) => least === 0 || Number.parseFloat(share) > 0, "Expected more than 0%"),
    number: z.int().min(least),
  });
}

export const NameSchema = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,62}$/,
    "Expected a name of lower-case letters, digits and -, beginning with a letter, at most 63 long",
  );

export const VersionSchema = z.string().superRefine((value, context) => {
  if (!parseVersion(value))
    addProblem(context, `Expected a version such as "1.2.0", got ${show(value)}`, {
      hint: "write three numbers: major.minor.patch",
    });
});

/** `name` or `name@range`. */
export const PatternReferenceSchema = z.string().superRefine((value, context) => {
  const at = value.indexOf("@");
  const name = at < 0 ? value : value.slice(0, at);
  const isRange = at < 0 || parseRange(value.slice(at + 1));
  if (!NameSchema.safeParse(name).success || !isRange)
    addProblem(context, `Expected a pattern as name or name@range, got ${show(value)}`, {
      hint: 'write it as in "review@^1.2.0"',
    });
});

/** The type of a published event; may be a template. */
export const EventTypeSchema = z.string().superRefine((value, context) => {
  const checked = hasExpression(value) ? undefined : checkEventType(value);
  if (checked?.ok === false)
    addProblem(context, checked.error, {
      hint: "use words of letters, digits, _ and - with dots between them",
    });
});

/** Which events are meant: `*` is one segment, `**` any number of them. */
export const EventGlobSchema = z.string().superRefine((value, context) => {
  const checked = checkEventGlob(value);
  if (!checked.ok)
    addProblem(context, checked.error, {
      hint: "a * stands for one whole segment, ** for any number of segments",
    });
});

function refineDuration(value: string | number, context: z.core.$RefinementCtx): void {
  const parsed = parseDuration(value);
  if (!parsed.ok) addProblem(context, parsed.error, { hint: "use the units ms, s, m, h, d and w" });
}

function refineLimit(value: string | number, context: z.core.$RefinementCtx): void {
  refineDuration(value, context);
  const parsed = parseDuration(value);
  if (parsed.ok && parsed.value === 0)
    addProblem(context, `Expected a duration above zero, got ${show(value)}`, {
      hint: "leave it out for the default",
    });
}
