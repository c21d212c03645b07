import { z } from "zod";

import { nearest } from "../../core/index.ts";
import type { DocumentPath } from "../walk.ts";

/** What the schema has to say about one place of a document. */
export interface SchemaProblem {
  readonly code:
    | "unknown-key"
    | "missing-key"
    | "wrong-type"
    | "wrong-value"
    | "no-kind"
    | "several-kinds"
    | "misplaced-key"
    | "reserved-id";
  readonly path: DocumentPath;
  readonly message: string;
  readonly hint: string;
}

/** Marks the message of an unknown key, because zod tells its error maps more than it keeps. */
const ALLOWED = "allowed keys: ";

/** An object that refuses keys it does not know, and remembers which it does. */
export function strict<T extends z.core.$ZodShape>(
  shape: T,
): z.ZodObject<z.core.util.Writeable<T>, z.core.$strict> {
  const allowed = Object.keys(shape).join(" ");
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? `${ALLOWED}${allowed}` : undefined),
  });
}

/** Adds a problem of our own from inside a refinement. */
export function addProblem(
  context: z.core.$RefinementCtx,
  message: string,
  options: { readonly hint?: string; readonly path?: DocumentPath } = {},
): void {
  const { hint = "change it", path = [] } = options;
  context.addIssue({ code: "custom", message, path: [...path], params: { hint } });
}

/** Checks one value, and reports every problem below `path`. */
export function check(schema: z.ZodType, value: unknown, path: DocumentPath): SchemaProblem[] {
  const parsed = schema.safeParse(value);
  if (parsed.success) return [];
  return parsed.error.issues.flatMap((issue) => toProblems(issue, value, path));
}

function toProblems(
  issue: z.core.$ZodIssue,
  root: unknown,
  prefix: DocumentPath,
): readonly SchemaProblem[] {
  const own = issue.path.filter((part) => typeof part !== "symbol");
  const path = [...prefix, ...own];
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => unknownKey(key, issue.message, path));
  const ours = issue.code === "custom" ? ownProblem(issue, path) : undefined;
  if (ours !== undefined) return [ours];
  const value = valueAt(root, own);
  const last = own.at(-1);
  if (value === undefined && last !== undefined) return [missingKey(last, path.slice(0, -1))];
  return [
    {
      code: issue.code === "invalid_type" ? "wrong-type" : "wrong-value",
      path,
      message: `${describe(issue)}, got ${show(value)}`,
      hint: hintOf(issue, value),
    },
  ];
}

/** A problem that `addProblem` or `oneOf` has described already. */
function ownProblem(
  { params, message }: z.core.$ZodIssueCustom,
  path: DocumentPath,
): SchemaProblem | undefined {
  if (typeof params?.["hint"] !== "string") return undefined;
  const code = (params["code"] ?? "wrong-value") as SchemaProblem["code"]; // as: only `oneOf` sets it, from a problem
  return { code, path, message, hint: params["hint"] };
}

function missingKey(key: string | number, path: DocumentPath): SchemaProblem {
  const message = `Required key ${JSON.stringify(key)} is missing`;
  return { code: "missing-key", path, message, hint: `add ${key}` };
}

function unknownKey(key: string, message: string, path: DocumentPath): SchemaProblem {
  const allowed = message.startsWith(ALLOWED) ? message.slice(ALLOWED.length).split(" ") : [];
  const near = nearest(key, allowed);
  const list = allowed.length === 0 ? "remove it" : `known here: ${allowed.join(", ")}`;
  return {
    code: "unknown-key",
    path: [...path, key],
    message: `Unknown key ${show(key)}`,
    hint: near === undefined ? list : `did you mean ${JSON.stringify(near)}?`,
  };
}

function describe(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `Expected ${TYPE_WORDS[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `Expected ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`.replace(
        /, ("[^"]*"|[^,]+)$/,
        " or $1",
      );
    default:
      return issue.message.replace(/^Invalid input: /, "");
  }
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  object: "a mapping",
  record: "a mapping",
  array: "a list",
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
};

function hintOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === "invalid_value" && typeof value === "string") {
    const near = nearest(value, issue.values.map(String));
    if (near !== undefined) return `did you mean ${JSON.stringify(near)}?`;
  }
  if (issue.code === "invalid_type" && issue.expected === "string" && typeof value === "number")
    return `quote it: ${JSON.stringify(String(value))}`;
  return "change it";
}

function valueAt(root: unknown, path: DocumentPath): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[part]; // as: any object can be read by key
  }
  return value;
}

const SHOWN = 80;

/** A value in a message: quoted, and no longer than a line. */
export function show(value: unknown): string {
  const text = (JSON.stringify(value) as string | undefined) ?? typeof value; // as: undefined has no JSON
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}...`;
}
