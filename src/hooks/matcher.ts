import { RE2JS } from "re2js";

import { err, messageOf, ok, type Result } from "../core/index.ts";
import { compileGlob, MAX_PATTERN_LENGTH, MAX_SUBJECT_LENGTH } from "./glob.ts";

export const REGEX_PREFIX = "regex:";

/**
 * Compiles one value of a `match`: exact, glob, `a|b`, or `regex:...` (linear time, anchored nowhere). Not for the
 * workflow: `matchesEvent` tests there what only globs may test.
 * @returns the test, or a sentence that says what is wrong with the pattern
 */
export function compileMatcher(pattern: string): Result<(subject: string) => boolean, string> {
  if (!pattern.startsWith(REGEX_PREFIX)) {
    const glob = compileGlob(pattern);
    return glob === undefined
      ? err(`The matcher ${quote(pattern)} is too long or stands for too many words; shorten it`)
      : ok(glob);
  }
  const source = pattern.slice(REGEX_PREFIX.length);
  if (source.length > MAX_PATTERN_LENGTH)
    return err(`The regular expression ${quote(source)} is longer than ${MAX_PATTERN_LENGTH}`);
  try {
    const regex = RE2JS.compile(RE2JS.translateRegExp(source));
    return ok((subject) => subject.length <= MAX_SUBJECT_LENGTH && regex.test(subject));
  } catch (error) {
    return err(
      `The regular expression ${quote(source)} cannot be used: ${messageOf(error)}. ` +
        "Look-ahead, look-behind and back-references do not exist here, because they can take for ever",
    );
  }
}

function quote(pattern: string): string {
  return JSON.stringify(pattern.length > 80 ? `${pattern.slice(0, 77)}...` : pattern);
}
