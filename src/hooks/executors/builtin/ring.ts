import { isJsonArray, type JsonValue } from "../../../core/index.ts";
import type { HookStore } from "../../hook-store.ts";

/** Appends to a bounded list: once it is full, the oldest entries go. */
export async function appendToRing(
  store: HookStore,
  key: string,
  entries: readonly JsonValue[],
  limit: number,
): Promise<void> {
  if (entries.length === 0) return;
  await store.change(key, (current) => ({
    next: [...(isJsonArray(current) ? current : []), ...entries].slice(-limit),
    result: undefined,
  }));
}

/** The entries of a list, oldest first. */
export async function readRing(store: HookStore, key: string): Promise<readonly JsonValue[]> {
  const found = await store.read(key);
  return isJsonArray(found) ? found : [];
}
