import type { RetryHooks, StepResult } from "../../../activities/contract.ts";
import { defined, isJsonArray, isJsonObject, type JsonValue } from "../../../core/index.ts";
import type { Handler } from "../../../hooks/index.ts";
import { narrowScope } from "../../../expressions/index.ts";
import {
  namedSecrets,
  prepareActivityInput,
  type ActivityBody,
} from "../../../patterns/plan-input.ts";
import type { ActivityPolicy } from "../../../patterns/plan.ts";
import { attempt } from "../conditions.ts";
import type { RunContext } from "../context.ts";
import { EffectCancelled, EffectFailure, type ActivityCall } from "../effects.ts";
import { evaluateIn, scopeFor, type Environment } from "../environment.ts";
import { eventFor, stepSubject } from "../fire.ts";
import { handOff } from "../handoff.ts";
import type { Instance } from "../instance.ts";
import { activityId, type Performance } from "../performance.ts";
import { failed, type Settled } from "../state.ts";
import { isLarge, spillLarge } from "../spill.ts";
import { asDelivered, giveBackInjections, takeInjections } from "../injections.ts";
import { takeSupplied } from "../supplied.ts";
import { toJson } from "../to-json.ts";
import { hooksAt, watches } from "../watches.ts";

/** The input of an activity step as hooks see it. Throws `ExpressionError`. */
export function prepareActivity(ctx: RunContext, body: ActivityBody, env: Environment): JsonValue {
  return prepareActivityInput(body, (template) => evaluateIn(ctx, template, env));
}

export async function performActivity(
  instance: Instance,
  body: ActivityBody,
  input: JsonValue,
  how: Performance,
): Promise<Settled> {
  const { ctx, step, record, cancel } = instance;
  const policy = ctx.plan.policies[how.policy];
  if (policy === undefined) return failed("Internal", `step ${step.id} names no policy`);
  let told = NOTHING;
  try {
    let [current, given, suffix] = [body, input, how.suffix];
    for (;;) {
      let result = takeSupplied(record);
      if (result === undefined) {
        const built = buildInput(instance, current, given);
        if ("status" in built) return built;
        const settings = defined({ ...how, suffix });
        told = takeTold(instance, current);
        const packed = toJson({
          ...commonFacts(instance, settings),
          ...built.input,
          ...injected(told),
        });
        const sent = isLarge(packed) ? await spillLarge(ctx, packed) : packed;
        const call = describeCall(instance, current, built, settings, policy, sent);
        result = (await ctx.effects.activity(call, cancel)) as StepResult; // as: the contract of the step activities
      }
      told = NOTHING;
      record.attempts += result.attempts;
      const next = result.handoff;
      if (next === undefined || current.kind !== "agent")
        return { status: "succeeded", output: result.output };
      const passed = handOff(instance, current.role, next, result.output);
      const taken = passed instanceof Promise ? await passed : passed;
      if ("status" in taken) return taken;
      current = { ...current, role: { lit: next } };
      given = taken.input;
      suffix = `handoff-${String(ctx.jumps)}`;
    }
  } catch (error) {
    giveBackInjections(ctx, told);
    return endOfActivity(instance, error);
  }
}

/** The one activity of a step that hands nothing on; none where it cannot be described, or is too large to send. */
export function describePlainCall(
  instance: Instance,
  body: ActivityBody,
  input: JsonValue,
): ActivityCall | undefined {
  const { ctx, step } = instance;
  const policy = ctx.plan.policies[step.policy];
  if (policy === undefined) return undefined;
  const built = buildInput(instance, body, input);
  if ("status" in built) return undefined;
  const packed = toJson({ ...commonFacts(instance, step), ...built.input });
  return isLarge(packed) ? undefined : describeCall(instance, body, built, step, policy, packed);
}

/** What an agent is told besides its input; other steps have nobody to tell. */
function takeTold({ ctx, step, env }: Instance, body: ActivityBody): readonly JsonValue[] {
  if (body.kind !== "agent") return NOTHING;
  return takeInjections(ctx, env.path === "" ? step.id : `${step.id}[${env.path}]`);
}

const NOTHING: readonly JsonValue[] = [];

function injected(told: readonly JsonValue[]): object {
  return told.length === 0 ? {} : { injections: told.map(asDelivered) };
}

/** How an activity that rejected ended. */
export function endOfActivity({ record, cancel }: Instance, error: unknown): Settled {
  if (error instanceof EffectCancelled) return { status: "cancelled", reason: cancel.reason };
  if (!(error instanceof EffectFailure)) throw error;
  record.attempts += error.attempts;
  return failed(error.type, error.message, error.details);
}

function describeCall(
  instance: Instance,
  body: ActivityBody,
  built: BuiltInput,
  how: Performance,
  policy: ActivityPolicy,
  input: JsonValue,
): ActivityCall {
  const { step, env } = instance;
  const taskQueue = how.taskQueue ?? built.taskQueue;
  return {
    type: body.kind,
    id: activityId(instance, how.suffix),
    input,
    summary: `${step.name ?? step.id}${env.path === "" ? "" : ` [${env.path}]`}${built.detail}`,
    dispatch: step.dispatch,
    policy,
    ...(taskQueue === undefined ? {} : { taskQueue }),
  };
}

function commonFacts(instance: Instance, how: Performance): object {
  const { ctx, step, env } = instance;
  return {
    run: ctx.facts,
    step: step.id,
    ...defined({ backoff: backoffOf(ctx.plan.policies[how.policy]) }),
    ...(env.path === "" ? {} : { instance: env.path }),
    ...defined({ onRetry: retryHooksOf(instance, how) }),
    ...(how.output === undefined
      ? {}
      : {
          output: {
            template: how.output,
            scope: narrowScope(scopeFor(ctx, how.output, env), how.output),
          },
        }),
    ...(step.outputSchema === undefined || how.suffix !== undefined
      ? {}
      : { outputSchema: step.outputSchema }),
  };
}

/** Whom a failed attempt asks; alternatives of a step have attempts of their own, which are not the step's. */
function retryHooksOf(instance: Instance, how: Performance): RetryHooks | undefined {
  const { ctx, step, env, record } = instance;
  const retry = ctx.plan.policies[how.policy]?.retry;
  if (how.suffix !== undefined || retry === undefined || !watches(ctx, RETRY, step.id))
    return undefined;
  const hooks = hooksAt(ctx, RETRY, step.id)
    .map((number) => ctx.hooks.hooks[number])
    .filter((hook) => hook !== undefined);
  const input = record.prepared ?? null;
  const subject = stepSubject(step, env.path, record.tries ?? 1, step.body, { input });
  return {
    hooks,
    event: eventFor(ctx, RETRY, "", subject, input),
    ...defined({ nonRetryableErrorTypes: retry.nonRetryableErrorTypes }),
    maximumAttempts: retry.maximumAttempts,
  };
}

const RETRY = "step.retry";

/** Only what Temporal cannot express is sent along: plain exponential backoff is its own. */
function backoffOf(policy: ActivityPolicy | undefined): ActivityPolicy["retry"] | undefined {
  if (policy === undefined) return undefined;
  const { backoff = "exponential", jitter = "none" } = policy.retry;
  return backoff === "exponential" && jitter === "none" ? undefined : policy.retry;
}

interface BuiltInput {
  readonly input: object;
  /** Shown behind the step's name in the Web UI. */
  readonly detail: string;
  readonly taskQueue?: string;
}

function buildInput(
  instance: Instance,
  body: ActivityBody,
  input: JsonValue,
): BuiltInput | Settled {
  switch (body.kind) {
    case "run":
      return buildRun(instance, body, input);
    case "http":
      return {
        input: { request: input, ...defined({ expect: body.expect, secrets: namedSecrets(body) }) },
        detail: "",
      };
    case "agent":
      return buildAgent(instance, body, input);
    case "call":
      return { input: { function: body.function, input }, detail: ` (${body.function})` };
  }
}

function buildRun(instance: Instance, body: ActivityBody, input: JsonValue): BuiltInput | Settled {
  if (!isJsonObject(input) || !isCommand(input["command"])) {
    const shown = JSON.stringify(input).slice(0, 200);
    return failed(
      "InputInvalid",
      `step ${instance.step.id}: the command must be text or a list of texts, got ${shown}`,
    );
  }
  const { command, env, with: given } = input;
  return {
    input: {
      command,
      ...defined({ env, secrets: namedSecrets(body), with: given }),
    },
    detail: "",
  };
}

function isCommand(value: JsonValue | undefined): boolean {
  if (typeof value === "string") return value.trim() !== "";
  return (
    value !== undefined &&
    isJsonArray(value) &&
    value.length > 0 &&
    value.every((part) => typeof part === "string")
  );
}

function buildAgent(
  instance: Instance,
  body: Extract<ActivityBody, { readonly kind: "agent" }>,
  input: JsonValue,
): BuiltInput | Settled {
  const { ctx, step, env } = instance;
  const role = attempt(() => evaluateIn(ctx, body.role, env));
  if (!role.ok) return failed("ExpressionFailed", `${step.id}: agent: ${role.message}`);
  const found = typeof role.value === "string" ? ctx.plan.roles[role.value] : undefined;
  if (found === undefined) {
    const known = Object.keys(ctx.plan.roles).join(", ");
    return failed(
      "HandlerNotFound",
      `step ${step.id}: there is no role ${JSON.stringify(role.value)}; the pattern's roles are ${known}`,
    );
  }
  const handler: Handler = found.handler;
  return {
    input: { role: found.id, handler, input },
    detail: ` (${found.id})`,
    ...(found.taskQueue === undefined ? {} : { taskQueue: found.taskQueue }),
  };
}
