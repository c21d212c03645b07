import type { JsonValue } from "../../core/index.ts";
import type { ActivityPolicy } from "../../patterns/plan.ts";
import type { Canceller } from "./canceller.ts";

/**
 * Everything the interpreter asks of the world. It never names Temporal: production wires the SDK, unit tests resolve
 * each effect by hand, and so every interleaving can be tested in milliseconds.
 */
export interface Effects {
  /** Milliseconds since the epoch; the same on replay. */
  now(): number;
  /** Runs an activity. Rejects with `EffectFailure`, or with `EffectCancelled` once `cancel` was asked for. */
  activity(call: ActivityCall, cancel: Canceller): Promise<unknown>;
  /** Resolves when the time is over, or earlier when `cancel` is asked for. */
  sleep(ms: number, summary: string, cancel: Canceller): Promise<void>;
  /** Runs another pattern as a child; rejects like `activity`. */
  child(call: ChildCall, cancel: Canceller): Promise<JsonValue>;
  /** True once the history is long enough that the run should continue as new, as plans of the revision read it. */
  shouldContinue(revision: number): boolean;
  /** Tells how much text was loaded into the history: every execution of the run has to do that again. */
  noteLoaded(characters: number): void;
}

export interface ActivityCall {
  /** Key of `Activities` in the contract. */
  readonly type: string;
  /** Unique among what is pending. */
  readonly id: string;
  readonly input: JsonValue;
  readonly summary: string;
  readonly dispatch: "activity" | "local";
  readonly policy: ActivityPolicy;
  readonly taskQueue?: string;
}

export interface ChildCall {
  readonly id: string;
  readonly pattern: string;
  readonly input: JsonValue;
  readonly options: JsonValue;
  readonly summary: string;
}

/** Thrown when an effect failed for good: its retries are over, or retrying could not help. */
export class EffectFailure extends Error {
  readonly type: string;
  readonly details: JsonValue | undefined;
  readonly attempts: number;

  constructor(type: string, message: string, details?: JsonValue, attempts = 1) {
    super(message);
    this.name = "EffectFailure";
    this.type = type;
    this.details = details;
    this.attempts = attempts;
  }
}

/** Thrown when an effect ended because its canceller asked for it. */
export class EffectCancelled extends Error {
  constructor() {
    super("cancelled");
    this.name = "EffectCancelled";
  }
}
