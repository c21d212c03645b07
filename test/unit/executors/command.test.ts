// How a command ends is the ground that steps, roles and hooks stand on, so every ending has its case here.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import {
  commandEnvironment,
  describeCommandFailure,
  resolveCommand,
  runCommand,
} from "../../../src/hooks/executors/index.ts";
import {
  commandSpec,
  freshFolder,
  isAlive,
  isRunning,
  readWhenWritten,
  until,
} from "./fixtures.ts";

const node = (program: string): readonly string[] => [process.execPath, "-e", program];

describe("a command that ends by itself", () => {
  it("A5: `echo test` exits 0 with its output", async () => {
    const result = await runCommand(commandSpec(["echo", "test"]));

    expect(result).toMatchObject({ kind: "exited", exitCode: 0, leftovers: false });
    expect(result.stdout.text).toContain("test");
  });

  it("is not cut short by a timeout of a month, which no timer holds", async () => {
    const result = await runCommand(
      commandSpec(["sh", "-c", "sleep 0.2; echo done"], { timeoutMs: 30 * 86_400_000 }),
    );

    expect(result).toMatchObject({ kind: "exited", exitCode: 0 });
  });

  it("A5: `false` fails with a message that names the exit code", async () => {
    const result = await runCommand(commandSpec("false"));

    expect(result).toMatchObject({ kind: "exited", exitCode: 1 });
    expect(describeCommandFailure(result)).toMatchObject({
      type: "CommandFailed",
      message: "The command ended with exit code 1.",
      details: { exitCode: 1, stdout: "", stderr: "" },
    });
  });

  it("quotes the last line of stderr in the failure's message", async () => {
    const result = await runCommand(commandSpec("echo first >&2; echo the reason >&2; exit 3"));

    expect(describeCommandFailure(result)?.message).toBe(
      "The command ended with exit code 3: the reason",
    );
  });

  it("A16: `sh -c` that writes a file leaves the file with its content", async () => {
    const cwd = freshFolder();

    await runCommand(commandSpec(["sh", "-c", "printf content > made.txt"], { cwd }));

    expect(readFileSync(join(cwd, "made.txt"), "utf8")).toBe("content");
  });

  it.each([
    ["written as one string", "echo ran", {}] as const,
    ["written as argv", ["bash", "-c", "echo ran"], {}] as const,
    ["below a process that no shell started", ["bash", "-c", "echo ran"], { SHLVL: "0" }] as const,
  ])("does not run the ~/.bashrc of its user first, %s", async (_form, command, more) => {
    const home = freshFolder();
    writeFileSync(join(home, ".bashrc"), "echo from bashrc\n");
    const env = { PATH: process.env["PATH"] ?? "", HOME: home, ...more };

    const result = await runCommand(commandSpec(command, { env }));

    expect(result.stdout.text).toBe("ran\n");
  });

  it("reports a signal that ended it as 128 + its number", async () => {
    const result = await runCommand(commandSpec("kill -KILL $$"));

    expect(result).toMatchObject({ kind: "exited", exitCode: 137, signal: "SIGKILL" });
    expect(describeCommandFailure(result)?.type).toBe("CommandKilled");
  });

  it("gets its input on stdin, then end of file", async () => {
    const result = await runCommand(commandSpec("cat; echo end", { stdin: '{"a":1}\n' }));

    expect(result.stdout.text).toBe('{"a":1}\nend\n');
  });

  it("sees an empty stdin when nothing is given", async () => {
    const result = await runCommand(commandSpec("wc -c"));

    expect(result.stdout.text.trim()).toBe("0");
  });

  it("may leave a large input unread", async () => {
    const result = await runCommand(commandSpec("exec 0<&-; exit 0", { stdin: "x".repeat(8e6) }));

    expect(result).toMatchObject({ kind: "exited", exitCode: 0 });
  });
});

describe("a command that cannot start", () => {
  it("says that the program was not found", async () => {
    const result = await runCommand(commandSpec(["no-such-program-here", "x"]));

    expect(result).toMatchObject({ kind: "notStarted", notFound: true });
    expect(describeCommandFailure(result)).toMatchObject({
      type: "CommandNotFound",
      message: expect.stringContaining('"no-such-program-here" was not found') as string,
    });
  });

  it("says that a file is not executable", async () => {
    const cwd = freshFolder();
    writeFileSync(join(cwd, "plain.txt"), "x", { mode: 0o644 });

    const result = await runCommand(commandSpec(["./plain.txt"], { cwd }));

    expect(result).toMatchObject({ kind: "notStarted", notFound: false });
    expect(describeCommandFailure(result)?.message).toContain("chmod +x");
  });

  it("says that the working directory is missing", async () => {
    const result = await runCommand(commandSpec(["echo"], { cwd: "/no/such/folder" }));

    expect(result).toMatchObject({
      kind: "notStarted",
      reason: expect.stringContaining('"/no/such/folder" does not exist') as string,
    });
  });

  it("says that one value is too long for the system", async () => {
    const result = await runCommand(commandSpec(["echo", "x".repeat(3_000_000)]));

    expect(result).toMatchObject({
      kind: "notStarted",
      reason: expect.stringContaining("stdin") as string,
    });
  });

  it("refuses an empty argv and a NUL byte without throwing", async () => {
    expect(await runCommand(commandSpec([]))).toMatchObject({ kind: "notStarted" });
    expect(await runCommand(commandSpec(["echo", "a\0b"]))).toMatchObject({ kind: "notStarted" });
  });

  it("tells the shell's own 127 and 126 from those of a command that ran", async () => {
    const cwd = freshFolder();
    writeFileSync(join(cwd, "plain.txt"), "x", { mode: 0o644 });

    const missing = await runCommand(commandSpec("no-such-program-here"));
    const denied = await runCommand(commandSpec("./plain.txt", { cwd }));
    const said = await runCommand(commandSpec("exit 127"));

    expect(missing).toMatchObject({ kind: "notStarted", notFound: true, exitCode: 127 });
    expect(denied).toMatchObject({ kind: "notStarted", notFound: false, exitCode: 126 });
    expect(said).toMatchObject({ kind: "exited", exitCode: 127 });
  });

  it("does not start when it is cancelled already", async () => {
    const cwd = freshFolder();

    const result = await runCommand(
      commandSpec(["touch", "made.txt"], { cwd, signal: AbortSignal.abort() }),
    );

    expect(result.kind).toBe("cancelled");
    expect(existsSync(join(cwd, "made.txt"))).toBe(false);
  });
});

describe("a command that must be ended", () => {
  it("A6: `sleep 10` with a timeout of 100 ms times out and the process is gone", async () => {
    const seconds = `10.${String(process.pid)}`;

    const result = await runCommand(commandSpec(["sleep", seconds], { timeoutMs: 100 }));

    expect(result).toMatchObject({ kind: "timedOut", timeoutMs: 100 });
    expect(describeCommandFailure(result)?.message).toContain("timeout of 100ms");
    expect(isRunning(`sleep ${seconds}`)).toBe(false);
  });

  it("takes its children with it, although they ignore TERM", async () => {
    const cwd = freshFolder();
    const stubborn = `trap '' TERM; echo $$ > child; while :; do sleep 1; done`;
    writeFileSync(join(cwd, "stubborn.sh"), stubborn);
    const cancel = new AbortController();
    const running = runCommand(
      commandSpec("bash stubborn.sh & wait", { cwd, signal: cancel.signal, killGraceMs: 100 }),
    );
    const child = await readWhenWritten(join(cwd, "child"));

    cancel.abort();

    expect((await running).kind).toBe("cancelled");
    await until(() => !isAlive(Number(child)));
  });

  it("may clean up after TERM within the grace", async () => {
    const cwd = freshFolder();
    const cancel = new AbortController();
    const running = runCommand(
      commandSpec(`trap 'echo cleaned > state; exit 0' TERM; echo up > state; sleep 10 & wait`, {
        cwd,
        signal: cancel.signal,
        killGraceMs: 20_000,
      }),
    );
    await readWhenWritten(join(cwd, "state"));

    cancel.abort();

    expect((await running).kind).toBe("cancelled");
    expect(readFileSync(join(cwd, "state"), "utf8")).toBe("cleaned\n");
  });

  it("is cancelled by the signal, group and all", async () => {
    const cwd = freshFolder();
    const cancel = new AbortController();
    const running = runCommand(
      commandSpec("sleep 30 & echo $! > pid; wait", { cwd, signal: cancel.signal }),
    );
    const pid = await readWhenWritten(join(cwd, "pid"));

    cancel.abort();

    expect((await running).kind).toBe("cancelled");
    await until(() => !isAlive(Number(pid)));
  });

  it("is not waited for when a process it left behind holds the output open", async () => {
    const cwd = freshFolder();

    const result = await runCommand(
      commandSpec("sleep 30 & echo $! > pid; echo done", { cwd, eofGraceMs: 50 }),
    );

    expect(result).toMatchObject({ kind: "exited", exitCode: 0, leftovers: true });
    expect(result.stdout.text).toBe("done\n");
    await until(() => !isAlive(Number(readFileSync(join(cwd, "pid"), "utf8"))));
  });
});

describe("a command's output", () => {
  it("keeps the beginning and the end, and says how much was cut", async () => {
    const result = await runCommand(
      commandSpec(node(`process.stdout.write("A".repeat(600) + "B".repeat(600))`), {
        outputLimitBytes: 1000,
      }),
    );

    expect(result.stdout.text).toBe(
      `${"A".repeat(500)}\n[... 200 bytes cut by Heddle ...]\n${"B".repeat(500)}`,
    );
    expect(result.stdout).toMatchObject({ bytes: 1200, cutBytes: 200 });
  });

  it("is drained to its end: 100 MB neither block the command nor stay in memory", async () => {
    const before = process.memoryUsage().rss;

    const result = await runCommand(commandSpec("head -c 100000000 /dev/zero"));

    expect(result).toMatchObject({ kind: "exited", exitCode: 0, stdout: { bytes: 100_000_000 } });
    expect(result.stdout.text.length).toBeLessThan(1_050_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(80_000_000);
  });

  it("is decoded with replacement characters when it is not UTF-8, and says so", async () => {
    const result = await runCommand(commandSpec(String.raw`printf 'a\377b'`));

    expect(result.stdout).toMatchObject({ text: "a\uFFFDb", invalidUtf8: true });
  });

  it("is cut between characters, never inside one", async () => {
    const result = await runCommand(
      commandSpec(node(`process.stdout.write("€".repeat(1000))`), { outputLimitBytes: 1000 }),
    );

    expect(result.stdout.invalidUtf8).toBe(false);
    expect(result.stdout.text).not.toContain("\uFFFD");
  });
});

describe("a command's environment", () => {
  const parent = { PATH: "/bin", HOME: "/h", LC_ALL: "C", AWS_SECRET: "s", DATABASE_URL: "d" };

  it("holds what is safe of the worker's and nothing secret", () => {
    expect(commandEnvironment(parent, { GIVEN: "1" })).toEqual({
      PATH: "/bin",
      HOME: "/h",
      LC_ALL: "C",
      GIVEN: "1",
    });
  });

  it("lets through what the configuration names, and what is given wins", () => {
    expect(commandEnvironment(parent, { HOME: "/x" }, ["AWS_SECRET"])).toMatchObject({
      AWS_SECRET: "s",
      HOME: "/x",
    });
  });

  it.each(["two words", `"'$(touch injected)'"`, "line\nbreak; touch injected", "$HOME `id`", ""])(
    "B12: the value %j reaches the command as it is and cannot inject",
    async (value) => {
      const cwd = freshFolder();
      const env = commandEnvironment(process.env, { VALUE: value });

      const result = await runCommand(commandSpec(`printf %s "$VALUE"`, { cwd, env }));

      expect(result.stdout.text).toBe(value);
      expect(existsSync(join(cwd, "injected"))).toBe(false);
    },
  );
});

describe("a relative path in a command", () => {
  it("is found beside the pattern when the workspace does not have it", () => {
    const cwd = freshFolder();
    const patternDir = freshFolder();
    mkdirSync(join(patternDir, "agents"));
    writeFileSync(join(patternDir, "agents/review.mjs"), "");

    const argv = resolveCommand(["node", "agents/review.mjs", "agents/none.mjs"], cwd, patternDir);

    expect(argv).toEqual(["node", join(patternDir, "agents/review.mjs"), "agents/none.mjs"]);
  });

  it("is the workspace's own when it exists there", () => {
    const cwd = freshFolder();
    const patternDir = freshFolder();
    for (const folder of [cwd, patternDir]) writeFileSync(join(folder, "x.sh"), "");

    expect(resolveCommand(["./x.sh"], cwd, patternDir)).toEqual(["./x.sh"]);
  });

  it("is found as the first word of a shell string, and quoted", async () => {
    const cwd = freshFolder();
    const patternDir = join(freshFolder(), "it's here");
    mkdirSync(join(patternDir, "hooks"), { recursive: true });
    writeFileSync(join(patternDir, "hooks/say.sh"), "#!/bin/sh\necho $1", { mode: 0o755 });

    const command = resolveCommand("./hooks/say.sh hello && true", cwd, patternDir);
    const result = await runCommand(commandSpec(command, { cwd }));

    expect(result.stdout.text).toBe("hello\n");
  });
});
