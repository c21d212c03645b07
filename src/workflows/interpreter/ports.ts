import type { JsonObject, JsonValue } from "../../core/index.ts";
import type { Chain } from "../../hooks/chain.ts";
import type { HookEvent } from "../../hooks/index.ts";
import type { PlanStep } from "../../patterns/plan.ts";
import type { Canceller } from "./canceller.ts";
import type { RunContext } from "./context.ts";
import type { Environment } from "./environment.ts";
import type { ScopeRecord, Settled, StepRecord } from "./state.ts";

/**
 * The two places where the interpreter comes back to itself: a step may hold a scope, and asking a person is a point of
 * its own. The context carries both, so that no two files need each other.
 */
export interface Ports {
  runScope(
    ctx: RunContext,
    steps: readonly PlanStep[],
    record: ScopeRecord,
    around: Environment | undefined,
    cancel: Canceller,
    options?: ScopeOptions,
  ): Promise<ScopeOutcome>;
  fire(
    ctx: RunContext,
    point: string,
    step: string | undefined,
    describe: () => Subject,
    cancel: Canceller,
  ): Promise<PointResult | undefined>;
}

export interface ScopeOutcome {
  readonly kind: "done" | "suspended";
  /** The first step that failed without `onError: continue`. */
  readonly failure?: { readonly step: PlanStep; readonly record: StepRecord };
}

/** How a scope tells of its end. */
export interface ScopeEnds {
  resolve(outcome: ScopeOutcome): void;
  reject(error: unknown): void;
}

export interface ScopeOptions {
  /** One step at a time, in any order that the needs allow. */
  readonly interleaved?: boolean;
}

/** What the hooks of one point decided together. */
export interface PointResult {
  readonly decision: Chain["decision"];
  /** The input after every modification. */
  readonly input: JsonValue;
  /** Where a hook wants the subject's result kept. */
  readonly cache?: Chain["cache"];
  /** The hook that decided, for messages. */
  readonly by?: string;
  /** Set when the decision fails, cancels or suspends the subject. */
  readonly failure?: Settled;
}

/** What a point is about: the facts that its hooks see. */
export interface Subject {
  /** `<step>` or `<step>[<instance>]`; empty for the run. */
  readonly key: string;
  readonly step?: HookEvent["step"];
  readonly data?: JsonObject;
  readonly input: JsonValue;
  readonly attempt: number;
  /** Tells moments of one subject and point apart: an agent's state, the count of a write. */
  readonly moment?: string;
  /** Only hooks that match a `status` are meant. */
  readonly asksStatus?: boolean;
}
