import type { JsonValue } from "../../core/index.ts";
import type { HookStore } from "../hook-store.ts";

/** A hook store for one process and one life: for `hook test`, which has no database. */
export function createMemoryHookStore(now: () => number = Date.now): HookStore {
  const kept = new Map<string, { readonly text: string; readonly expiresAt: number }>();
  const read = (key: string): JsonValue | undefined => {
    const found = kept.get(key);
    if (found === undefined || found.expiresAt <= now()) return undefined;
    return JSON.parse(found.text) as JsonValue; // as: only `change` writes here, from JSON
  };
  return {
    read: (key) => Promise.resolve(read(key)),
    async change(key, change) {
      const { next, result, expiresInMs } = change(read(key));
      if (next === undefined) kept.delete(key);
      else
        kept.set(key, {
          text: JSON.stringify(next),
          expiresAt: expiresInMs === undefined ? Infinity : now() + expiresInMs,
        });
      return Promise.resolve(result);
    },
  };
}
