import { err, ok, type Result } from "./result.ts";

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const WHOLE = /^(?:\d+(?:\.\d+)?\s*(?:ms|s|m|h|d|w)\s*)+$/;
const PART = /(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)/g;

/** Longest duration accepted anywhere: ten years, well inside what a server timer holds. */
export const MAX_DURATION_MS = 10 * 365 * 86_400_000;

/** What a process's own timer holds; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** A time as Node's timers take it: whole milliseconds, and at most the 24 days that they can count. */
export function timerMs(ms: number): number {
  return Math.min(MAX_TIMER_MS, Math.max(1, Math.ceil(ms)));
}

/**
 * Parses `"1h30m"`, `"500ms"`, `"2d"` (units ms, s, m, h, d, w) or a number of milliseconds.
 * @returns whole milliseconds, or a sentence that says what was wrong
 */
export function parseDuration(value: unknown): Result<number, string> {
  if (typeof value === "number") return checkRange(value, String(value));
  if (typeof value !== "string")
    return err(`Expected a duration such as "30s" or "1h30m", got ${JSON.stringify(value)}`);
  const text = value.trim();
  // Bounded before it reaches the pattern: a duration is never long, and no input may cost more than linear time.
  if (text.length > 64 || !WHOLE.test(text))
    return err(
      `Expected a duration such as "30s" or "1h30m", got ${JSON.stringify(value.slice(0, 80))}`,
    );
  let total = 0;
  for (const [, amount = "0", unit = "ms"] of text.matchAll(PART)) {
    total += Number(amount) * (UNIT_MS[unit] ?? 1);
  }
  return checkRange(total, text);
}

function checkRange(ms: number, shown: string): Result<number, string> {
  if (!Number.isFinite(ms) || ms < 0)
    return err(`Expected a duration of zero or more, got ${shown}`);
  if (ms > MAX_DURATION_MS) return err(`Expected a duration of at most ten years, got ${shown}`);
  return ok(Math.round(ms));
}

/** Writes milliseconds the way people read them: `850ms`, `2.5s`, `1m30s`, `2d3h`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${String(Math.round(ms))}ms`;
  if (ms < 60_000) return `${String(Math.round(ms / 100) / 10)}s`;
  const units: readonly (readonly [string, number])[] = [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1000],
  ];
  const parts: string[] = [];
  let rest = Math.round(ms / 1000) * 1000;
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(`${String(count)}${unit}`);
    rest -= count * size;
  }
  return parts.slice(0, 2).join("");
}
