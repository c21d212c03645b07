import type { JsonValue } from "../core/index.ts";

/** What a change leaves under its key (undefined forgets it) and what its caller gets back. */
export interface HookStoreChange<Result> {
  readonly next: JsonValue | undefined;
  readonly result: Result;
  /** After so many milliseconds without another change the value is gone. Without it the value stays. */
  readonly expiresInMs?: number;
}

/**
 * Values that hooks share across runs and workers: breakers, token buckets, counters. They steer hooks on the worker,
 * never a workflow directly: what a hook made of them is in its recorded outcome.
 */
export interface HookStore {
  /** The value under a key, or undefined when there is none or it has expired. */
  read(key: string): Promise<JsonValue | undefined>;
  /**
   * Reads, changes and writes one value as one: racing changes of a key happen one after the other. `change` must be
   * pure; it may be called again when the database asks for another try.
   */
  change<Result>(
    key: string,
    change: (current: JsonValue | undefined) => HookStoreChange<Result>,
  ): Promise<Result>;
}
