/** Words that are no text when they stand alone, as the core schema of YAML 1.2 has them. */
const WORDS: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ...["null", "Null", "NULL"].map((word) => [word, null] as const),
  ...["true", "True", "TRUE"].map((word) => [word, true] as const),
  ...["false", "False", "FALSE"].map((word) => [word, false] as const),
]);

/** What a number can begin with. */
const NUMBER_START = /^[-+.\d]/;
/** Whole numbers that JSON writes the same way, and exactly. */
const WHOLE = /^-?(?:0|[1-9]\d{0,14})$/;
const FRACTION = /^-?(?:0|[1-9]\d{0,8})\.\d{1,6}$/;
/** Every other number of the core schema: leading zeros and plus signs, octal, hexadecimal, exponents, infinities. */
const OTHER_NUMBER =
  /^(?:[-+]?\d+|0o[0-7]+|0x[\da-fA-F]+|[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** A scalar without quotes as a value; undefined for what is rarely written, which the library reads. */
export function resolvePlain(text: string): string | number | boolean | null | undefined {
  if (!NUMBER_START.test(text)) {
    const word = text.length > 5 ? undefined : WORDS.get(text);
    return word === undefined ? text : word;
  }
  if (WHOLE.test(text) || FRACTION.test(text)) return text === "-0" ? undefined : Number(text);
  return OTHER_NUMBER.test(text) ? undefined : text;
}

/** Escapes that YAML and JSON share. */
const SHARED_ESCAPES = '"\\/nrtbf';

/** What stands between double quotes; undefined when it has an escape of YAML's own. */
export function unescapeDouble(inner: string): string | undefined {
  let at = inner.indexOf("\\");
  if (at < 0) return inner;
  for (; at >= 0; at = inner.indexOf("\\", at + 2)) {
    if (!SHARED_ESCAPES.includes(inner.charAt(at + 1))) return undefined;
  }
  return JSON.parse(`"${inner}"`) as string; // as: a JSON string
}

/** Thrown when a text leaves the plain part of YAML. */
export class NotPlain extends Error {}

/** A nested mapping, or a list item: a slip in most texts, and never plain text. */
const STRUCTURE = /: |:$|^-(?: |$)/;

/** A scalar without quotes, blanks behind it included. @throws NotPlain */
export function plainOf(written: string): string | number | boolean | null {
  let end = written.length;
  while (written.charCodeAt(end - 1) === 32) end -= 1;
  const text = written.slice(0, end);
  const value = STRUCTURE.test(text) ? undefined : resolvePlain(text);
  if (value === undefined) throw new NotPlain();
  return value;
}
