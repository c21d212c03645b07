// The documented hooks of other languages, run as the hooks they are.
import { accessSync, constants, readFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

import { describe, expect, it, onTestFinished } from "vitest";

import type { JsonValue } from "../../../src/core/index.ts";
import {
  createWarmPool,
  executeHook,
  type HookReading,
} from "../../../src/hooks/executors/index.ts";
import type { Handler } from "../../../src/hooks/index.ts";
import { handlerContext } from "../executors/fixtures.ts";
import { makeEvent, makeHook } from "../hooks/make-hook.ts";

const FOLDER = resolve(import.meta.dirname, "../../../examples/hooks");
const file = (name: string): string => join(FOLDER, name);

const LANGUAGES: readonly (readonly [string, string, Handler])[] = [
  ["Bash", "bash", { command: [file("guard.sh")] }],
  ["Python", "python3", { command: ["python3", file("guard.py")], persistent: true }],
  ["Go", "go", { command: ["go", "run", file("guard.go")] }],
];

async function ask(handler: Handler, command: JsonValue): Promise<HookReading> {
  const pool = createWarmPool();
  onTestFinished(() => pool.close());
  const step = { id: "a", kind: "run", tool: "Bash", attempt: 1, input: { command } };
  return executeHook(
    makeHook({ name: "guard", on: "step.before", handler }),
    makeEvent({ step }),
    await handlerContext({ services: { pool }, timeoutMs: 120_000 }),
  );
}

function isOnPath(program: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

describe.each(LANGUAGES)("the hook in %s", (_, program, handler) => {
  // A machine without the interpreter is told so by name, which is all that a hook can do there.
  const missing = {
    kind: "failed",
    error: { type: "CommandNotFound", message: expect.stringContaining(program) as string },
  };
  const expected = (outcome: object): object =>
    isOnPath(program) ? { kind: "decided", outcome } : missing;

  it(
    "refuses rm, as a line and as a list of words, and lets others pass",
    { timeout: 180_000 },
    async () => {
      const refusal = { outcome: "cancel", reason: "rm is not allowed here" };
      const greeting = { outcome: "continue", message: "looked at by guard" };

      expect(await ask(handler, "rm -rf build")).toMatchObject(expected(refusal));
      expect(await ask(handler, ["rm", "-rf", "build"])).toMatchObject(expected(refusal));
      expect(await ask(handler, "npm run form")).toMatchObject(expected(greeting));
    },
  );
});

it("the page shows the programs as they are", () => {
  const page = readFileSync(resolve(FOLDER, "../../docs/hooks/languages.md"), "utf8");

  for (const name of ["guard.sh", "guard.py", "guard.go"])
    expect(page).toContain(readFileSync(file(name), "utf8").trimEnd());
});
