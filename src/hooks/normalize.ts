import { defined, err, ok, type Result } from "../core/index.ts";
import type { Template } from "../expressions/index.ts";
import { HookSchema, type HookRegistration, type RetryRegistration } from "./document.ts";
import type { Hook, HookMatch, RetryPolicy } from "./hook.ts";
import { normalizeHandler, toMs } from "./normalize-handler.ts";
import { checkPolicies, settlePolicies } from "./normalize-policies.ts";
import { priorityOf } from "./priority.ts";
import { resolvePoint, type ResolvedPoint } from "./resolve-point.ts";

export const DEFAULT_TIMEOUT_MS = 30_000;

/** A Temporal retry covers what kept a hook from deciding: it could not start, ran out of time, or crashed. */
const DEFAULT_RETRY: RetryPolicy = {
  maximumAttempts: 3,
  initialIntervalMs: 1000,
  backoffCoefficient: 2,
  maximumIntervalMs: 60_000,
};

/** What is wrong with a registration, and where in it: `handler.command`, `match.tool`. */
export interface RegistrationIssue {
  readonly path: string;
  readonly message: string;
}

/** Turns the text of a hook's `if` into a template; the caller's, since documents differ in how they mark expressions. */
export type ParseCondition = (source: string) => Result<Template, string>;

/**
 * Checks a registration and settles its defaults: one hook per point that its names stand for.
 * @param source - where it was registered (`pattern`, `role:<id>`, `step:<id>`, `project`, `registry` ...); a role's or
 *   step's hooks are bound to it
 */
export function normalizeHook(
  raw: unknown,
  source: string,
  parseCondition: ParseCondition,
): Result<readonly Hook[], readonly RegistrationIssue[]> {
  const parsed = HookSchema.safeParse(raw);
  if (!parsed.success)
    return err(
      parsed.error.issues.map((issue) => ({
        path: formatPath(issue.path),
        message: issue.message,
      })),
    );
  const registration = parsed.data;
  const issues: RegistrationIssue[] = [...checkPolicies(registration)];
  const condition = readCondition(registration.if, parseCondition, issues);
  const points = readPoints(registration.on, issues);
  if (issues.length > 0) return err(issues);
  const common = {
    ...settle(registration, source),
    ...(condition === undefined ? {} : { if: condition }),
  };
  return ok(points.map((point) => place(common, point, source)));
}

/** A retry policy with every field settled. */
export function normalizeRetry(
  retry: RetryRegistration | undefined,
  defaults: RetryPolicy = DEFAULT_RETRY,
): RetryPolicy {
  if (retry === undefined) return defaults;
  const { initialInterval, maximumInterval, ...plain } = retry;
  return {
    ...defaults,
    ...defined(plain),
    ...(initialInterval === undefined ? {} : { initialIntervalMs: toMs(initialInterval) }),
    ...(maximumInterval === undefined ? {} : { maximumIntervalMs: toMs(maximumInterval) }),
  };
}

type Common = Omit<Hook, "on" | "alias" | "implied">;

function settle(registration: HookRegistration, source: string): Common {
  const { match, override, metadata, retry } = registration;
  return {
    name: registration.name,
    priority: priorityOf(registration.priority),
    mode: registration.mode ?? "sync",
    dispatch: registration.dispatch ?? "activity",
    timeoutMs: registration.timeout === undefined ? DEFAULT_TIMEOUT_MS : toMs(registration.timeout),
    retry: normalizeRetry(retry),
    onError: registration.onError ?? "open",
    alwaysRun: registration.alwaysRun ?? false,
    enabled: registration.enabled ?? true,
    protocol: registration.protocol ?? "heddle",
    handler: normalizeHandler(registration.handler),
    source,
    ...(match === undefined ? {} : { match: defined(match) }),
    ...settlePolicies(registration),
    ...(override === undefined ? {} : { override }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

function place(common: Common, resolved: PlacedPoint, source: string): Hook {
  const implied = { ...resolved.implied, ...bindingOf(source) };
  return {
    ...common,
    on: resolved.point,
    ...(resolved.alias === undefined ? {} : { alias: resolved.alias }),
    ...(Object.keys(implied).length === 0 ? {} : { implied }),
  };
}

/** Hooks of a role or step fire for it alone. */
function bindingOf(source: string): HookMatch {
  const [kind, id] = [source.slice(0, source.indexOf(":")), source.slice(source.indexOf(":") + 1)];
  if (kind === "role") return { role: id };
  return kind === "step" ? { step: id } : {};
}

type PlacedPoint = Pick<ResolvedPoint, "point" | "alias" | "implied">;

/** Every point that the names stand for, each once. */
function readPoints(
  on: string | readonly string[],
  issues: RegistrationIssue[],
): readonly PlacedPoint[] {
  const found = new Map<string, PlacedPoint>();
  for (const name of typeof on === "string" ? [on] : on) {
    const resolved = resolvePoint(name);
    if (!resolved.ok) issues.push({ path: "on", message: resolved.error });
    else
      for (const point of [resolved.value.point, ...(resolved.value.also ?? [])]) {
        const key = JSON.stringify([point, resolved.value.implied ?? null]);
        if (!found.has(key)) found.set(key, { ...resolved.value, point });
      }
  }
  return [...found.values()];
}

function readCondition(
  condition: string | boolean | undefined,
  parseCondition: ParseCondition,
  issues: RegistrationIssue[],
): Template | undefined {
  if (condition === undefined || typeof condition === "boolean")
    return condition === undefined ? undefined : { lit: condition };
  const parsed = parseCondition(condition);
  if (parsed.ok) return parsed.value;
  issues.push({ path: "if", message: parsed.error });
  return undefined;
}

function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    return text === "" ? String(key) : `${text}.${String(key)}`;
  }, "");
}
