import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { captureOutput } from "../../../src/hooks/executors/output-capture.ts";
import { untilRead } from "../../../src/hooks/executors/output-end.ts";
import { freshFolder, isAlive, until } from "./fixtures.ts";

/** Holds the whole process up, as a machine does that has no time for it. */
function stall(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

it("reads what lies in the kernel although the grace was over before anybody looked", async () => {
  const child = spawn(process.execPath, ["-e", `process.stdout.write("x".repeat(60_000))`], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const read = await new Promise((resolve) => {
    child.once("exit", () => {
      const output = captureOutput(child.stdout, 100_000);
      const whole = untilRead([child.stdout], 1);
      stall(50);
      resolve(whole.then((isWhole) => ({ isWhole, bytes: output.read().bytes })));
    });
  });

  expect(read).toEqual({ isWhole: true, bytes: 60_000 });
});

it("does not wait for a process that was left behind and writes without end", async () => {
  const file = join(freshFolder(), "pid");
  const child = spawn("sh", ["-c", 'yes & echo $! > "$1"', "sh", file], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const output = captureOutput(child.stdout, 1000);
  await once(child, "exit");
  await until(() => output.read().text.includes("y\n"));

  expect(await untilRead([child.stdout], 1)).toBe(false);

  child.stdout.destroy();
  await until(() => !isAlive(Number(readFileSync(file, "utf8"))));
});
