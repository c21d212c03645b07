import { z } from "zod";

import { parseDuration, type JsonObject, type JsonValue } from "../core/index.ts";
import { MATCH_KEYS } from "./match-event.ts";
import { PRIORITIES } from "./priority.ts";

/** Role, step, hook and parameter ids. */
const NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,127}$/;

export const DurationSchema = z.union([z.string(), z.number()]).superRefine((value, context) => {
  const parsed = parseDuration(value);
  if (!parsed.ok) context.addIssue({ code: "custom", message: parsed.error });
});

const JsonSchema: z.ZodType<JsonValue> = z.json();
const JsonObjectSchema: z.ZodType<JsonObject> = z.record(z.string(), JsonSchema);
const StringMapSchema = z.record(z.string(), z.string());
const CountSchema = z.int().min(1);

export const RetrySchema = z.strictObject({
  maximumAttempts: z.int().min(0).optional(),
  initialInterval: DurationSchema.optional(),
  backoffCoefficient: z.number().min(1).optional(),
  maximumInterval: DurationSchema.optional(),
  nonRetryableErrorTypes: z.array(z.string()).optional(),
  backoff: z.enum(["fixed", "linear", "exponential", "fibonacci"]).optional(),
  jitter: z.enum(["none", "full", "equal", "decorrelated"]).optional(),
});

export type RetryRegistration = z.infer<typeof RetrySchema>;

const CommandSchema = z.strictObject({
  command: z.union([z.string().min(1), z.array(z.string()).min(1)], {
    error: "expected text for a shell, or a list of texts: the program and its arguments",
  }),
  env: StringMapSchema.optional(),
  cwd: z.string().min(1).optional(),
  persistent: z.boolean().optional(),
});

const HttpSchema = z.strictObject({
  http: z.strictObject({
    url: z.string().min(1),
    method: z.string().min(1).optional(),
    headers: StringMapSchema.optional(),
    secret: z.string().min(1).optional(),
  }),
});

const McpSchema = z.strictObject({
  mcp: z.strictObject({
    server: z.string().min(1),
    tool: z.string().min(1),
    input: JsonObjectSchema.optional(),
  }),
});

/** The handler of a role or hook, as documents write it. Exactly one kind. */
export type HandlerRegistration =
  | z.infer<typeof CommandSchema>
  | z.infer<typeof HttpSchema>
  | { readonly function: string }
  | { readonly builtin: string; readonly options?: JsonObject | undefined }
  | { readonly pattern: string }
  | z.infer<typeof McpSchema>
  | { readonly prompt: string; readonly role: string }
  | { readonly all: readonly HandlerRegistration[] }
  | {
      readonly parallel: readonly HandlerRegistration[];
      readonly concurrency?: number | undefined;
      readonly timeout?: string | number | undefined;
    }
  | { readonly firstMatch: readonly HandlerRegistration[] }
  | { readonly vote: readonly HandlerRegistration[]; readonly threshold: number };

const HANDLER_HINT =
  "Expected a handler with exactly one of command, http, function, builtin, pattern, mcp, prompt, all, parallel, firstMatch, vote";

/** An empty list decides nothing. */
const HandlerList = z.array(z.lazy((): z.ZodType<HandlerRegistration> => HandlerSchema));

const KINDS = [
  CommandSchema,
  HttpSchema,
  z.strictObject({ function: z.string().min(1) }),
  z.strictObject({ builtin: z.string().min(1), options: JsonObjectSchema.optional() }),
  z.strictObject({ pattern: z.string().min(1) }),
  McpSchema,
  z.strictObject({ prompt: z.string().min(1), role: z.string().min(1) }),
  z.strictObject({ all: HandlerList }),
  z.strictObject({
    parallel: HandlerList,
    concurrency: CountSchema.optional(),
    timeout: DurationSchema.optional(),
  }),
  z.strictObject({ firstMatch: HandlerList }),
  z.strictObject({ vote: HandlerList, threshold: z.number().gt(0).lte(1) }),
] as const;

export const HandlerSchema: z.ZodType<HandlerRegistration> = z.union(KINDS, {
  error: (issue) => describeHandlerMistake(issue.input),
});

const MatchSchema = z
  .strictObject({
    ...Object.fromEntries(MATCH_KEYS.map((key) => [key, z.string().optional()])),
    // as: fromEntries forgets the keys it was given
  } as Record<(typeof MATCH_KEYS)[number], z.ZodOptional<z.ZodString>>)
  .extend({
    claude: z.string().optional(),
    fields: JsonObjectSchema.optional(),
  });

const BREAKERS = ["default", "production", "conservative"] as const;
const BreakerSchema = z.union([
  z.enum(BREAKERS),
  z.strictObject({
    preset: z.enum(BREAKERS).optional(),
    failures: CountSchema.optional(),
    successes: CountSchema.optional(),
    window: DurationSchema.optional(),
    open: DurationSchema.optional(),
    slowCalls: CountSchema.optional(),
    slow: DurationSchema.optional(),
  }),
]);

const RateLimitSchema = z.strictObject({
  limit: z.number().gt(0),
  per: DurationSchema.optional(),
  burst: CountSchema.optional(),
  key: z.enum(["hook", "pattern", "session", "run", "step", "role"]).optional(),
  over: z.enum(["skip", "cancel", "delay"]).optional(),
});

const BatchSchema = z.strictObject({
  size: z.int().min(1).max(1000).optional(),
  wait: DurationSchema.optional(),
});

const FlagSchema = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/, "Expected a name of letters, digits, _, - and dots");

/** A hook registration as patterns, project files and the registry write it. Names of points are checked separately. */
export const HookSchema = z.strictObject({
  name: z
    .string()
    .regex(NAME, "Expected a name of letters, digits, _ and -, not beginning with a digit"),
  on: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]),
  match: MatchSchema.optional(),
  if: z.union([z.string().min(1), z.boolean()]).optional(),
  priority: z.union([z.int(), z.enum(Object.keys(PRIORITIES))]).optional(),
  mode: z.enum(["sync", "async", "fire_and_forget"]).optional(),
  dispatch: z.enum(["activity", "local"]).optional(),
  timeout: DurationSchema.optional(),
  retry: RetrySchema.optional(),
  onError: z.enum(["open", "closed", "stop"]).optional(),
  alwaysRun: z.boolean().optional(),
  breaker: BreakerSchema.optional(),
  rateLimit: RateLimitSchema.optional(),
  flag: FlagSchema.optional(),
  flags: z.array(FlagSchema).optional(),
  batch: BatchSchema.optional(),
  dependsOn: z.union([z.string().min(1), z.array(z.string().min(1))]).optional(),
  rollback: HandlerSchema.optional(),
  enabled: z.boolean().optional(),
  override: z.boolean().optional(),
  protocol: z.enum(["heddle", "claude", "agentcore", "llmspell", "massgen"]).optional(),
  handler: HandlerSchema,
  metadata: JsonObjectSchema.optional(),
});

export type HookRegistration = z.infer<typeof HookSchema>;
export type BreakerRegistration = z.infer<typeof BreakerSchema>;
export type RateLimitRegistration = z.infer<typeof RateLimitSchema>;

/** Where only one kind can be meant, what is wrong with it says more than that it is no handler. */
function describeHandlerMistake(input: unknown): string {
  const keys = typeof input === "object" && input !== null ? Object.keys(input) : [];
  const [meant, ...others] = KINDS.filter((kind) =>
    keys.includes(Object.keys(kind.shape)[0] ?? ""),
  );
  if (meant !== undefined && others.length === 0) {
    const list = (meant.safeParse(input).error?.issues ?? []).map(
      ({ path, message }) => `${path.map(String).join(".") || "(handler)"}: ${message}`,
    );
    if (list.length > 0) return `Not a handler: ${list.join("; ")}`;
  }
  const got = keys.length === 0 ? JSON.stringify(input ?? null).slice(0, 80) : keys.join(", ");
  return `${HANDLER_HINT}; got ${got}`;
}
