// `heddle hook ...` as the program runs it.
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { runCli } from "../../../src/cli/program.ts";
import { createFakeWorld } from "../cli/fake-world.ts";
import { createBench, group, SETTINGS, type Bench } from "./claude/bench.ts";

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});
afterEach(() => {
  bench.remove();
});

describe("heddle hook explain", () => {
  it("says what a name means, in text and as JSON", async () => {
    const text = createFakeWorld();
    expect(
      await runCli(["hook", "explain", "PreToolUse", "pre_command", "post_task"], text.world),
    ).toBe(0);
    expect(text.stdout()).toContain("PreToolUse = step.before");
    expect(text.stdout()).toContain("exit code 2: deny");
    expect(text.stdout()).toContain('implies: {"kind":"run"}');
    expect(text.stdout()).toContain("post_task = step.after and step.error");

    const json = createFakeWorld();
    await runCli(["hook", "explain", "MessageDisplay", "--json"], json.world);
    expect(JSON.parse(json.stdout())).toMatchObject({
      name: "MessageDisplay",
      point: "custom:MessageDisplay",
      never: expect.stringContaining("client") as string,
      claude: { exit2: "none", timeoutSeconds: 10 },
    });
  });

  it("exits 1 for a name that nobody has, with the one that was meant", async () => {
    const fake = createFakeWorld();
    expect(await runCli(["hook", "explain", "PreToolUze"], fake.world)).toBe(1);
    expect(fake.stderr()).toContain("did you mean PreToolUse?");
  });
});

describe("heddle hook import", () => {
  it("prints hooks and issues with file and line; exits 1 for errors, and for warnings when strict", async () => {
    bench.write(SETTINGS, group("PreToolUse", ["guard"], "Edit.*"));
    const fake = createFakeWorld({ cwd: bench.dir });

    expect(await runCli(["hook", "import", SETTINGS], fake.world)).toBe(0);
    expect(fake.stdout()).toContain("PreToolUse  step.before  Edit.*   guard");
    expect(fake.stdout()).toContain(".claude/settings.json:5:");
    expect(
      await runCli(
        ["hook", "import", SETTINGS, "--strict"],
        createFakeWorld({ cwd: bench.dir }).world,
      ),
    ).toBe(1);

    bench.write(SETTINGS, "{");
    expect(
      await runCli(["hook", "import", SETTINGS], createFakeWorld({ cwd: bench.dir }).world),
    ).toBe(1);
  });

  it("exits 2 where there is no such file", async () => {
    const fake = createFakeWorld({ cwd: bench.dir });
    expect(await runCli(["hook", "import", "missing.json", "--json"], fake.world)).toBe(2);
    expect(JSON.parse(fake.stdout())).toMatchObject({ error: { code: "CONFIG_UNREADABLE" } });
  });
});

describe("heddle hook test and relay", () => {
  it("hand their flags on", async () => {
    const seen: unknown[] = [];
    const keep = (_output: unknown, request: unknown): Promise<0> => {
      seen.push(request);
      return Promise.resolve(0);
    };
    const { world } = createFakeWorld({ testHooks: keep, relayEvent: keep });
    await runCli(
      ["hook", "test", "a.json", "b.json", "--event", "e.json", "f.json", "--cwd", "d", "--json"],
      world,
    );
    await runCli(
      [
        "hook",
        "relay",
        "a.json",
        "--as",
        "copilot",
        "--closed",
        "--event",
        "preToolUse",
        "--injections",
        "i.json",
        "--cwd",
        "d",
      ],
      world,
    );
    await runCli(["hook", "relay", "a.json"], world);

    expect(seen).toEqual([
      { configs: ["a.json", "b.json"], events: ["e.json", "f.json"], cwd: "d" },
      {
        configs: ["a.json"],
        program: "copilot",
        closed: true,
        event: "preToolUse",
        injections: "i.json",
        cwd: "d",
      },
      { configs: ["a.json"], program: "claude", closed: false },
    ]);
  });
});
