/** Longest pattern and subject; beyond them a matcher is refused, respectively matches nothing. */
export const MAX_PATTERN_LENGTH = 1000;
export const MAX_SUBJECT_LENGTH = 10_000;
/** Most words that nested `{a,b}` may stand for. */
const MAX_WORDS = 1000;

/**
 * Compiles a matcher of the tagged language without regular expressions: `a|b` alternatives (blanks around them do not
 * count), each exact or a glob with `*`, `?` and `{a,b}`. There are no segments: `*` runs over every character. Empty
 * matches everything; nothing but separators matches nothing. Case-sensitive everywhere, whatever the operating system.
 *
 * Time is at most pattern length x subject length, so that a pattern from a user may run inside the workflow.
 * @returns the test, or undefined when the pattern is too long or stands for too many words
 */
export function compileGlob(pattern: string): ((subject: string) => boolean) | undefined {
  if (pattern.trim() === "") return () => true;
  if (pattern.length > MAX_PATTERN_LENGTH) return undefined;
  const words: string[] = [];
  for (const alternative of splitTop(pattern, "|")) {
    if (alternative.trim() === "") continue;
    const expanded = expandBraces(alternative.trim(), MAX_WORDS - words.length);
    if (expanded === undefined) return undefined;
    words.push(...expanded);
  }
  const exact = new Set(words.filter((word) => !/[*?]/.test(word)));
  const globs = words.filter((word) => /[*?]/.test(word));
  return (subject) =>
    exact.has(subject) ||
    (subject.length <= MAX_SUBJECT_LENGTH && globs.some((glob) => matchesGlob(glob, subject)));
}

/** Two pointers and one remembered star: a mismatch gives the last star one character more. */
function matchesGlob(glob: string, subject: string): boolean {
  let at = 0;
  let here = 0;
  let star = -1;
  let resume = 0;
  while (here < subject.length) {
    const token = glob[at];
    if (token === "*") {
      star = at;
      resume = here;
      at += 1;
    } else if (token !== undefined && (token === "?" || token === subject[here])) {
      at += 1;
      here += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      here = resume;
    } else return false;
  }
  while (glob[at] === "*") at += 1;
  return at === glob.length;
}

/** The words that `{a,b}` stands for; a brace without its partner or without a comma is a plain character. */
function expandBraces(word: string, limit: number): readonly string[] | undefined {
  const work = [word];
  const done: string[] = [];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    const braces = firstBraces(next);
    if (braces === undefined) done.push(next);
    else {
      const { open, close } = braces;
      const [head, tail] = [next.slice(0, open), next.slice(close + 1)];
      for (const part of splitTop(next.slice(open + 1, close), ",")) work.push(head + part + tail);
    }
    if (done.length + work.length > limit) return undefined;
  }
  return done;
}

function firstBraces(word: string): { readonly open: number; readonly close: number } | undefined {
  let depth = 0;
  let open = -1;
  let hasComma = false;
  for (let index = 0; index < word.length; index += 1) {
    const character = word[index];
    if (character === "{") {
      if (depth === 0) open = index;
      depth += 1;
    } else if (character === "," && depth === 1) hasComma = true;
    else if (character === "}" && depth > 0) {
      depth -= 1;
      if (depth > 0) continue;
      if (hasComma) return { open, close: index };
    }
  }
  return undefined;
}

/** Splits at a separator that stands outside braces. */
function splitTop(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === "{") depth += 1;
    else if (character === "}") depth = Math.max(0, depth - 1);
    else if (character === separator && depth === 0) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
