import { RE2JS } from "re2js";

import { err, messageOf, ok, type Result } from "../../../core/index.ts";
import { MAX_PATTERN_LENGTH, MAX_SUBJECT_LENGTH } from "../../glob.ts";

/**
 * A matcher by Claude Code's rules. `all` fires always, `names` compares exactly, `regex` searches anywhere in the
 * subject, case-sensitive. Only a regular expression can be wrong.
 */
export type ClaudeMatcher =
  | { readonly kind: "all" }
  | { readonly kind: "names"; readonly names: readonly string[] }
  | { readonly kind: "regex"; readonly source: string };

/** Plain characters of names; some events have the older, narrower set. */
const NAMES = /^[A-Za-z0-9_\- ,|]*$/;
const NARROW_NAMES = /^[A-Za-z0-9_|]*$/;
const NARROW_EVENTS = new Set(["FileChanged", "StopFailure"]);

/** Reads a matcher; which of the three it is depends on nothing but its characters and the event. */
export function parseClaudeMatcher(pattern: string | undefined, event: string): ClaudeMatcher {
  if (pattern === undefined || pattern === "" || pattern === "*") return { kind: "all" };
  const isNarrow = NARROW_EVENTS.has(event);
  if (!(isNarrow ? NARROW_NAMES : NAMES).test(pattern)) return { kind: "regex", source: pattern };
  const names = pattern.split(isNarrow ? "|" : /[|,]/).map((name) => name.trim());
  return { kind: "names", names };
}

/** Whether the source compiles; running it is another matter. */
export function isJavaScriptRegex(source: string): boolean {
  try {
    new RegExp(source);
    return source.length <= MAX_PATTERN_LENGTH;
  } catch {
    // No regular expression: who asks says so in their own words.
    return false;
  }
}

/**
 * Tests a regular expression in linear time, or says that this engine cannot express it: look-around and back-references
 * are legal there and need the guarded engine of the caller.
 */
export function compileLinearRegex(source: string): Result<(subject: string) => boolean, string> {
  if (source.length > MAX_PATTERN_LENGTH)
    return err(`it is longer than ${MAX_PATTERN_LENGTH} characters`);
  try {
    const regex = RE2JS.compile(RE2JS.translateRegExp(source));
    return ok((subject) => subject.length <= MAX_SUBJECT_LENGTH && regex.test(subject));
  } catch (error) {
    return err(messageOf(error));
  }
}
