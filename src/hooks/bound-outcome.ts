import { jsonByteLength, type JsonObject, type Result } from "../core/index.ts";
import type { Outcome } from "./outcome.ts";

/** Texts for people stay in the run's history, report and ledger with every firing. */
const TEXT_CHARS = 10_000;
/** What one answer may add to the run's state, and to what its agents are told. */
const ADDED_BYTES = 64 * 1024;
/** The run's state travels with every event; the engine refuses payloads of 2 MiB, and would do so for ever. */
const STATE_BYTES = 512 * 1024;

/**
 * An outcome that a run can carry: longer texts are cut, since they only tell; too much state or too many injections are
 * an error, since what they say counts. Inputs and outputs need no limit here: large ones are stored and travel by
 * reference.
 */
export function boundOutcome(outcome: Outcome, state: JsonObject): Result<Outcome, string> {
  const { state: patch, inject } = outcome;
  if (patch !== undefined) {
    const added = jsonByteLength(patch);
    if (added > ADDED_BYTES) return tooMuch("changes the state by", added, ADDED_BYTES);
    const total = jsonByteLength({ ...state, ...patch });
    if (total > STATE_BYTES) return tooMuch("makes the state of the run", total, STATE_BYTES);
  }
  if (inject !== undefined) {
    const added = inject.reduce((sum, { content }) => sum + jsonByteLength(content), 0);
    if (added > ADDED_BYTES) return tooMuch("injects", added, ADDED_BYTES);
  }
  return { ok: true, value: cutTexts(outcome) };
}

function tooMuch(what: string, bytes: number, limit: number): Result<Outcome, string> {
  return {
    ok: false,
    error: `it ${what} ${String(bytes)} bytes; at most ${String(limit)} are allowed. Write large data into a file of the workspace and say its name.`,
  };
}

function cutTexts(outcome: Outcome): Outcome {
  const { message, stop } = outcome;
  return {
    ...outcome,
    ...("reason" in outcome ? { reason: cut(outcome.reason) } : {}),
    ...("prompt" in outcome ? { prompt: cut(outcome.prompt) } : {}),
    ...(message === undefined ? {} : { message: cut(message) }),
    ...(stop === undefined ? {} : { stop: { ...stop, reason: cut(stop.reason) } }),
  };
}

function cut(text: string): string {
  return text.length <= TEXT_CHARS ? text : `${text.slice(0, TEXT_CHARS)}... (truncated)`;
}
