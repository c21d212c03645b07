/** Side effects that can be counted: each execution of a step appends one line to a file. */
import { existsSync, readFileSync } from "node:fs";

/** A command that leaves one line behind. */
export function appendLine(file: string, line: string): readonly string[] {
  return ["sh", "-c", 'echo "$1" >> "$2"', "sh", line, file];
}

/** The lines that were left, oldest first. */
export function linesIn(file: string): readonly string[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8").split("\n").slice(0, -1);
}

/** How often each line is there. */
export function countLines(file: string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const line of linesIn(file)) counts[line] = (counts[line] ?? 0) + 1;
  return counts;
}
