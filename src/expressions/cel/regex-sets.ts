/** A set of characters, by code point. */
export interface CharacterSet {
  readonly ranges: readonly (readonly [from: number, to: number])[];
  readonly negated: boolean;
  readonly ignoreCase: boolean;
}

const DIGIT = [[48, 57]] as const;
const WORD = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
] as const;
const SPACE = [
  [9, 10],
  [12, 13],
  [32, 32],
] as const;

/** RE2's named classes: ASCII only. */
export const CLASSES = {
  any: set([], true),
  notNewline: set([[10, 10]], true),
  digit: set(DIGIT, false),
  notDigit: set(DIGIT, true),
  word: set(WORD, false),
  notWord: set(WORD, true),
  space: set(SPACE, false),
  notSpace: set(SPACE, true),
} as const;

export function isInSet(characters: CharacterSet, code: number): boolean {
  const found =
    isInRanges(characters, code) ||
    (characters.ignoreCase && isInRanges(characters, otherCase(code)));
  return found !== characters.negated;
}

function isInRanges({ ranges }: CharacterSet, code: number): boolean {
  for (const [from, to] of ranges) if (code >= from && code <= to) return true;
  return false;
}

function otherCase(code: number): number {
  if (code >= 65 && code <= 90) return code + 32;
  return code >= 97 && code <= 122 ? code - 32 : code;
}

function set(
  ranges: readonly (readonly [from: number, to: number])[],
  negated: boolean,
): CharacterSet {
  return { ranges, negated, ignoreCase: false };
}
