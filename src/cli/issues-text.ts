import type { Issue } from "../core/index.ts";
import { renderIssues as render } from "../patterns/index.ts";

/** Issues for people: place, message, the line itself where the text is known, what to do. */
export function renderIssues(file: string, issues: readonly Issue[], text = ""): readonly string[] {
  return issues.length === 0 ? [] : render(text, issues, file).split("\n");
}
