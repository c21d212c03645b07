import {
  canonicalize,
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../../core/index.ts";
import type { HookStore } from "../../hook-store.ts";

/** What a firing leaves in a list. */
export interface RingEntry extends JsonObject {
  readonly at: number;
  /** The firing's id. */
  readonly event: string;
}

/**
 * Appends to a bounded list: once it is full, the oldest entries go. What a firing left there before its worker died is
 * not appended again.
 */
export async function appendToRing(
  store: HookStore,
  key: string,
  entries: readonly RingEntry[],
  limit: number,
): Promise<void> {
  if (entries.length === 0) return;
  const events = new Set(entries.map(({ event }) => event));
  await store.change(key, (current) => {
    const list = isJsonArray(current) ? current : [];
    const known = new Set(
      list.filter((entry) => isJsonObject(entry) && isEventOf(entry, events)).map(withoutTime),
    );
    const fresh = entries.filter((entry) => !known.has(withoutTime(entry)));
    return { next: [...list, ...fresh].slice(-limit), result: undefined };
  });
}

function isEventOf({ event }: JsonObject, events: ReadonlySet<string>): boolean {
  return typeof event === "string" && events.has(event);
}

function withoutTime(entry: JsonValue): string {
  return canonicalize(isJsonObject(entry) ? { ...entry, at: 0 } : entry);
}

/** The entries of a list, oldest first. */
export async function readRing(store: HookStore, key: string): Promise<readonly JsonValue[]> {
  const found = await store.read(key);
  return isJsonArray(found) ? found : [];
}
