/**
 * The frame of a saga's steps: `node step.mjs do` acts, `node step.mjs undo` takes it back.
 * Both may be run again after a crash and then change nothing more; undo also holds when do never happened.
 */
import { appendFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { json } from "node:stream/consumers";

/** Thrown when the step says no: one line for people, exit code 1. */
export class Refusal extends Error {}

/** Runs `act` or `undo` with the step's input, prints what it returns, and notes it in the journal. */
export async function runAction(name, { act, undo }) {
  const direction = process.argv[2];
  if (direction !== "do" && direction !== "undo")
    throw new Error(`say "do" or "undo", not ${direction}`);
  const input = await json(process.stdin);
  try {
    const result = direction === "do" ? await act(input) : await undo(input);
    note(input, `${direction} ${name}`);
    if (direction === "do" && input.failAt === name)
      throw new Refusal(`${name} was asked to fail (failAt).`);
    process.stdout.write(`${JSON.stringify({ [direction]: name, ...result })}\n`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

/** The folder that plays the package registry. */
export function storeFolder(input) {
  return input.store === "" ? join(outputFolder(), "store") : input.store;
}

export function artifactPath(version) {
  return join(outputFolder(), `product-${version}.tgz`);
}

/** Who acts: a number or a version belongs to the run that took it, and only that run may give it back. */
export function owner() {
  return process.env.HEDDLE_WORKFLOW_ID ?? "by hand";
}

function outputFolder() {
  return process.env.HEDDLE_OUTPUT_DIR ?? process.cwd();
}

// For the reader: in which order things were done and undone.
function note(input, line) {
  const path = join(storeFolder(input), "journal.txt");
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, `${line}\n`);
}
