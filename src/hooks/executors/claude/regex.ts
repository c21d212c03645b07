import { createContext, runInContext } from "node:vm";

import { err, messageOf, ok } from "../../../core/index.ts";
import type { TestRegex } from "../../importers/claude/index.ts";

const MAX_PATTERN = 1000;
const MAX_SUBJECT = 10_000;
const DEADLINE_MS = 100;

/**
 * Tests JavaScript regular expressions of configurations, exactly as JavaScript does, but never for longer than a
 * deadline: a pattern that backtracks for ever would otherwise hold the worker, and a guard with it.
 */
export function createRegexTester(): TestRegex {
  const sandbox = createContext({ source: "", subject: "" });
  const known = new Map<string, ReturnType<TestRegex>>();
  return (source, subject) => {
    const key = JSON.stringify([source, subject]);
    const before = known.get(key);
    if (before !== undefined) return before;
    const result = test(sandbox, source, subject);
    known.set(key, result);
    return result;
  };
}

function test(
  sandbox: Record<string, unknown>,
  source: string,
  subject: string,
): ReturnType<TestRegex> {
  if (source.length > MAX_PATTERN) return err(`it is longer than ${MAX_PATTERN} characters`);
  if (subject.length > MAX_SUBJECT)
    return err(`what it is tested against is longer than ${MAX_SUBJECT} characters`);
  try {
    // Compiled here first: an error of the other realm is no Error of this one.
    new RegExp(source);
  } catch (error) {
    return err(messageOf(error));
  }
  sandbox["source"] = source;
  sandbox["subject"] = subject;
  try {
    const hit: unknown = runInContext("new RegExp(source).test(subject)", sandbox, {
      timeout: DEADLINE_MS,
    });
    return ok(hit === true);
  } catch {
    // A pattern that compiles can fail in one way only: it was stopped at the deadline.
    return err("it backtracks for too long");
  }
}
