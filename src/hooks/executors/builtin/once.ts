import {
  digestOf,
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../../core/index.ts";
import type { BuiltinCall } from "./builtin.ts";

/** The last executions that are known by their answer. A retry comes within minutes of the attempt that died. */
const MAX_KNOWN = 1000;
/** Beside what the builtin keeps: `[[execution, answer], ...]`, oldest first. */
const ANSWERED = "answered";

/** What a change leaves, and what its caller gets: now, and again when the same execution is tried again. */
export interface OnceChange<Answer extends JsonValue> {
  readonly next: JsonObject;
  /** Kept with each execution, so small. */
  readonly answer: Answer;
  readonly expiresInMs?: number;
}

/**
 * Changes a value once per execution of a hook. A worker may die between the change and the outcome: the attempt that
 * follows gets the first one's answer and changes nothing, so that no firing counts twice.
 */
export async function changeOnce<Answer extends JsonValue>(
  { event, context, store }: Pick<BuiltinCall<unknown>, "event" | "context" | "store">,
  key: string,
  change: (current: JsonObject | undefined) => OnceChange<Answer>,
): Promise<{ readonly answer: Answer; readonly kept: JsonObject }> {
  const execution = digestOf(context.callId ?? event.id).slice(0, 16);
  return store.change(key, (stored) => {
    const before = isJsonObject(stored) ? stored : undefined;
    const answered = readAnswered(before?.[ANSWERED]);
    const { next, answer, expiresInMs } = change(before);
    const expiry = expiresInMs === undefined ? {} : { expiresInMs };
    const known = answered.find(([id]) => id === execution);
    if (before !== undefined && known !== undefined)
      // as: only this execution writes under its id, by the same `change`
      return { next: before, result: { answer: known[1] as Answer, kept: before }, ...expiry };
    const list = [...answered, [execution, answer]].slice(-MAX_KNOWN);
    return {
      next: { ...next, [ANSWERED]: list },
      result: { answer, kept: next },
      ...expiry,
    };
  });
}

function readAnswered(stored: JsonValue | undefined): readonly (readonly JsonValue[])[] {
  return isJsonArray(stored) ? stored.filter((entry) => isJsonArray(entry)) : [];
}
