import type { HookStep } from "../../hook.ts";
import { compileMatcher } from "../../matcher.ts";

/** Whether a text fits an option's matcher. @throws Error that says what is wrong with the matcher */
export function fits(pattern: string, text: string): boolean {
  const matcher = compileMatcher(pattern);
  if (!matcher.ok) throw new Error(matcher.error);
  return matcher.value(text);
}

/** Whether a step's tool, or its id, fits: an author may name either. */
export function fitsStep(pattern: string, { tool, id }: HookStep): boolean {
  return fits(pattern, tool) || fits(pattern, id);
}
