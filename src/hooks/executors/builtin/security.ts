import { z } from "zod";

import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../../core/index.ts";
import type { HookEvent } from "../../hook.ts";
import type { HookStore } from "../../hook-store.ts";
import { defineBuiltin } from "./builtin.ts";
import { componentOf } from "./event-facts.ts";
import { appendToRing, readRing } from "./ring.ts";

const SENSITIVE = [
  "password",
  "secret",
  "token",
  "api_key",
  "apikey",
  "private_key",
  "credential",
] as const;

const VIOLATION = "system.securityViolation";

/** Looks into what goes in: names that hide secrets, and parameters too large to be meant. */
export const security = defineBuiltin({
  name: "security",
  summary: "Audits sensitive and oversized parameters, without their values; blocks when told to.",
  options: z.strictObject({
    /** Whether an oversized parameter refuses the operation. A sensitive name never does. */
    blocking: z.boolean().default(false),
    maxParameterChars: z.int().min(1).default(10_000),
    /** Parts of parameter names, compared without case. */
    sensitive: z.array(z.string().min(1)).default([...SENSITIVE]),
    /** Audit entries kept; the oldest go first. */
    limit: z.int().min(1).max(10_000).default(1000),
  }),
  async run({ event, options, store, now }) {
    const input = event.step === undefined ? event.run.input : event.step.input;
    const findings = [
      ...(event.point === VIOLATION ? violationOf(event) : []),
      ...inspect(input ?? null, options),
    ];
    const facts = { at: now, event: event.id, point: event.point, component: componentOf(event) };
    const entries = findings.map((finding) => ({ ...facts, ...finding }));
    await appendToRing(store, keyOf(event.hook), entries, options.limit);
    const [oversized] = findings.filter(({ kind }) => kind === "oversized");
    const message = findings.map(({ kind, parameter }) => `${kind} ${parameter}`).join(", ");
    if (oversized !== undefined && options.blocking)
      return { outcome: "cancel", reason: describe(oversized, options.maxParameterChars) };
    return message === "" ? { outcome: "continue" } : { outcome: "continue", message };
  },
});

/** What a security hook noted, oldest first; values are masked. */
export async function readAudit(store: HookStore, hook: string): Promise<readonly JsonObject[]> {
  return (await readRing(store, keyOf(hook))).filter((entry) => isJsonObject(entry));
}

interface Finding {
  readonly kind: "sensitive" | "oversized" | "violation";
  /** Dotted path; of a violation its type. */
  readonly parameter: string;
  readonly chars: number;
  readonly value: "***";
}

interface Limits {
  readonly maxParameterChars: number;
  readonly sensitive: readonly string[];
}

/** What hooks of `system.securityViolation` are told of: that it happened and what it is, never what was said. */
function violationOf({ data = {} }: HookEvent): readonly Finding[] {
  const error = data["error"];
  if (!isJsonObject(error) || typeof error["type"] !== "string") return [];
  return [{ kind: "violation", parameter: error["type"], chars: 0, value: "***" }];
}

/** Walks without recursion: an input may be nested as deep as JSON allows. */
function* inspect(root: JsonValue, limits: Limits): Generator<Finding> {
  const waiting: { readonly path: readonly string[]; readonly value: JsonValue }[] = [
    { path: [], value: root },
  ];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const { path, value } = place;
    const name = path.at(-1)?.toLowerCase() ?? "";
    const isSensitive = limits.sensitive.some((part) => name.includes(part.toLowerCase()));
    if (isSensitive) yield finding("sensitive", path, value);
    if (typeof value === "string" && value.length > limits.maxParameterChars)
      yield finding("oversized", path, value);
    const children: readonly (readonly [string, JsonValue])[] = isJsonArray(value)
      ? value.map((child, index) => [String(index), child])
      : isJsonObject(value)
        ? Object.entries(value)
        : [];
    for (const [key, child] of children.toReversed())
      waiting.push({ path: [...path, key], value: child });
  }
}

function finding(kind: Finding["kind"], path: readonly string[], value: JsonValue): Finding {
  const chars = (typeof value === "string" ? value : JSON.stringify(value)).length;
  return { kind, parameter: path.join(".") || "(input)", chars, value: "***" };
}

function describe({ parameter, chars }: Finding, limit: number): string {
  return `The parameter ${parameter} has ${chars} characters; at most ${limit} are allowed.`;
}

function keyOf(hook: string): string {
  return `security:${hook}`;
}
