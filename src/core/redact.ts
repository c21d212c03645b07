import type { JsonValue } from "./json.ts";
import { SECRET_SHAPES, TELLING_FIELD } from "./secret-shapes.ts";

/** What stands where a secret was. */
const REDACTED = "[redacted]";

/**
 * Takes secrets out of what is stored or shown. Values that a run goes on with lose known secrets only, since a guess
 * would change what it computes; records, which nobody computes with, lose whatever looks like one as well.
 */
export interface Redactor {
  /** Known secret values, in whatever text they stand; the same object when there is none. */
  known<T extends JsonValue>(value: T): T;
  /** Known values, shapes of keys, and fields whose name tells. */
  record<T extends JsonValue>(value: T): T;
}

/** Shorter values would be found in half of all texts, and protect nothing. */
const SHORTEST = 6;

const ALL_SHAPES = new RegExp(
  SECRET_SHAPES.map(([, { source }]) => `(?:${source})`).join("|"),
  "g",
);

/** A private key is more than its first line. */
const PRIVATE_KEY =
  /-----BEGIN (?:[A-Z]{2,10} ){0,3}PRIVATE KEY-----[\s\S]*?(?:-----END (?:[A-Z]{2,10} ){0,3}PRIVATE KEY-----|$)/g;

export function createRedactor(secrets: readonly string[]): Redactor {
  const values = [...new Set(secrets)]
    .filter((secret) => secret.length >= SHORTEST)
    // A secret that contains another must go first, or its rest would stay.
    .sort((left, right) => right.length - left.length);
  const hideKnown = (text: string): string =>
    values.reduce((shown, secret) => shown.replaceAll(secret, REDACTED), text);
  const hideAll = (text: string): string =>
    hideKnown(text).replace(PRIVATE_KEY, REDACTED).replace(ALL_SHAPES, REDACTED);
  return {
    known: <T extends JsonValue>(value: T) =>
      values.length === 0 ? value : (walk(value, hideKnown, () => false) as T), // as: texts stay texts, shapes shapes
    record: <T extends JsonValue>(value: T) =>
      walk(value, hideAll, (key) => TELLING_FIELD.test(key)) as T, // as: see above
  };
}

function walk(
  value: JsonValue,
  hide: (text: string) => string,
  isTelling: (key: string) => boolean,
): JsonValue {
  if (typeof value === "string") return hide(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item: JsonValue) => walk(item, hide, isTelling));
  const entries = Object.entries(value).map(([key, item]) => [
    hide(key),
    isTelling(key) && isFilled(item) ? REDACTED : walk(item, hide, isTelling),
  ]);
  return Object.fromEntries(entries) as JsonValue; // as: built from JSON values
}

/** A name instead of a value (`secrets.X`, `$X`) tells nobody anything, and says what was meant. */
function isFilled(value: JsonValue): boolean {
  if (typeof value === "string") return value !== "" && !/^(?:\w+ )?(?:secrets?\.|\$)/.test(value);
  return typeof value === "number";
}
