/**
 * Gives the tests of whole processes the built program, made once: started from its sources, each process would compile
 * them and bundle the workflows again, which takes longer than most of what it is asked to do.
 */
import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import { promisify } from "node:util";

import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Path of the built command line. */
    cliProgram: string;
  }
}

const ROOT = resolve(import.meta.dirname, "../..");

export default async function setupProgram(project: TestProject): Promise<() => Promise<void>> {
  // A folder of its own: several test runs may share a checkout.
  const name = `.dist-${String(process.pid)}`;
  const remove = (): Promise<void> => rm(resolve(ROOT, name), { recursive: true, force: true });
  try {
    const script = resolve(ROOT, "scripts/build-for-tests.mjs");
    await promisify(execFile)(process.execPath, [script, name], { cwd: ROOT });
  } catch (error) {
    await remove();
    throw error;
  }
  project.provide("cliProgram", resolve(ROOT, name, "cli/main.js"));
  return remove;
}
