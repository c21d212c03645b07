import { err, ok, type Result } from "../core/index.ts";
import { parseExpression, type Template } from "../expressions/index.ts";

const MARKED = /^\s*\$\{\{([\s\S]*)\}\}\s*$/;

/** A hook's `if` outside of a pattern: an expression by its place, so the marks around it may be left out. */
export function parseHookCondition(source: string): Result<Template, string> {
  const parsed = parseExpression(MARKED.exec(source)?.[1]?.trim() ?? source);
  return parsed.ok ? ok(parsed.value) : err(parsed.error.map(({ message }) => message).join("; "));
}
