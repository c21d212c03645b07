import { HeddleError, messageOf } from "../core/index.ts";
import type { Output } from "./output.ts";

/**
 * Prints what went wrong and what to do. With `--json` it is the command's only result; a surprise keeps its stack,
 * because nobody wrote a hint for it.
 */
export function reportError(output: Output, thrown: unknown): void {
  if (output.json) {
    output.result({ error: describeError(thrown) }, "");
    return;
  }
  const { code, message, hint } = describeError(thrown);
  output.note(`heddle: ${message} [${code}]`);
  if (hint !== "") output.note(`  ${hint.replaceAll("\n", "\n  ")}`);
  if (code === "INTERNAL" && thrown instanceof Error && thrown.stack !== undefined) {
    output.note(thrown.stack);
  }
}

interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

function describeError(thrown: unknown): ErrorReport {
  if (thrown instanceof HeddleError) {
    return { code: thrown.code, message: thrown.message, hint: thrown.hint ?? "" };
  }
  return {
    code: "INTERNAL",
    message: messageOf(thrown),
    hint: "This is a defect of Heddle: please report it with the command and this text.",
  };
}
