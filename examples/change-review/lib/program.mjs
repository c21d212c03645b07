/**
 * The frame of every program of this example: JSON in on stdin, JSON out on stdout.
 * A problem the caller can mend is one line on stderr and exit code 1, never a stack trace.
 */
import { text } from "node:stream/consumers";

/** Thrown when the caller can mend what is wrong: the message says what it is and what to do. */
export class Problem extends Error {}

/**
 * Reads the step's input from stdin, lets `work` answer it, and prints the answer as JSON.
 * An answer with `exitCode` ends the program with that code (a gate that says no).
 */
export async function answer(work, problemCode = 1) {
  try {
    const { exitCode = 0, ...result } = await work(await readInput());
    process.stdout.write(`${JSON.stringify(result)}\n`);
    process.exitCode = exitCode;
    if (exitCode !== 0) process.stderr.write(`${result.summary ?? "failed"}\n`);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = problemCode;
  }
}

/** The same for a hook: exit code 2 blocks the step, with stderr as the reason; any other would be tried again. */
export function answerEvent(work) {
  return answer(work, 2);
}

async function readInput() {
  const raw = (await text(process.stdin)).trim();
  if (raw === "") return {};
  try {
    return JSON.parse(raw);
  } catch (cause) {
    throw new Problem(`stdin must be JSON, got ${JSON.stringify(raw.slice(0, 80))}.`, { cause });
  }
}
