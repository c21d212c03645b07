import { parseDuration } from "../../core/index.ts";
import { define, type Arguments, type FunctionDefinition } from "./function-definition.ts";
import { Duration, isNumber, Timestamp } from "./values.ts";

/** Times are UTC only: another zone's rules may differ between the workers that replay a run. */
export const TIME_FUNCTIONS: Readonly<Record<string, FunctionDefinition>> = {
  timestamp: define(1, 1, 'timestamp("2026-01-31T12:00:00Z")', toTimestamp),
  duration: define(1, 1, 'duration("1h30m")', toDuration),
  getFullYear: part((date) => date.getUTCFullYear()),
  getMonth: part((date) => date.getUTCMonth()),
  getDate: part((date) => date.getUTCDate()),
  getDayOfMonth: part((date) => date.getUTCDate() - 1),
  getDayOfWeek: part((date) => date.getUTCDay()),
  getDayOfYear: part((date) => {
    const newYear = Date.UTC(date.getUTCFullYear(), 0, 1);
    return Math.floor((date.getTime() - newYear) / 86_400_000);
  }),
  getHours: part((date) => date.getUTCHours(), 3_600_000),
  getMinutes: part((date) => date.getUTCMinutes(), 60_000),
  getSeconds: part((date) => date.getUTCSeconds(), 1000),
  getMilliseconds: part((date) => date.getUTCMilliseconds(), 1),
};

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;
const MIN_MS = -62_135_596_800_000;
const MAX_MS = 253_402_300_799_999;

function toTimestamp(args: Arguments): Timestamp {
  const value = args.value(0);
  if (value instanceof Timestamp) return value;
  const ms =
    typeof value === "string" && value.length <= 40 && ISO.test(value)
      ? Date.parse(value)
      : isNumber(value)
        ? Number(value) * 1000
        : Number.NaN;
  if (ms >= MIN_MS && ms <= MAX_MS) return new Timestamp(ms);
  if (typeof value !== "string" && !isNumber(value)) return args.fail(0, "text or a number");
  throw args.context.failure(
    "invalid-argument",
    `timestamp() cannot read ${JSON.stringify(String(value).slice(0, 80))}`,
    { hint: 'write it as "2026-01-31T12:00:00Z", or as seconds since 1970' },
  );
}

function toDuration(args: Arguments): Duration {
  const value = args.value(0);
  if (value instanceof Duration) return value;
  const text = args.text(0);
  const isNegative = text.startsWith("-");
  const parsed = parseDuration(isNegative ? text.slice(1) : text);
  if (parsed.ok) return new Duration(isNegative ? -parsed.value : parsed.value);
  throw args.context.failure("invalid-argument", parsed.error);
}

/** A part of a timestamp; of a duration, the whole of it in that unit. */
function part(read: (date: Date) => number, unitMs?: number): FunctionDefinition {
  return define(1, 1, "timestamp(x).getHours()", (args) => {
    const value = args.value(0);
    if (value instanceof Timestamp) return BigInt(read(new Date(value.ms)));
    if (value instanceof Duration && unitMs !== undefined)
      return BigInt(Math.trunc(value.ms / unitMs));
    return args.fail(0, unitMs === undefined ? "a timestamp" : "a timestamp or a duration");
  });
}
