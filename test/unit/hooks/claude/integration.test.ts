// Configurations that Claude Code and the orchestrator both read: who handles an event.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createClaims } from "../../../../src/hooks/executors/claude/claims.ts";
import { createBench, group, SETTINGS, toolEvent, type Bench } from "./bench.ts";

const STRATEGIES = ["orchestrator_priority", "claude_code_priority", "first_wins", "both"];

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});
afterEach(() => {
  bench.remove();
});

async function ran(
  strategy: string,
  event: object,
  options: { readonly aware?: boolean; readonly present?: boolean } = {},
): Promise<number> {
  const name = (event as { hook_event_name: string }).hook_event_name;
  bench.write(SETTINGS, {
    integration: { claude_code_aware: options.aware ?? true, deduplication_strategy: strategy },
    ...group(name, ["true"]),
  });
  const env = options.present === true ? { CLAUDECODE: "1" } : {};
  return (await bench.fire({ events: [event], env })).report.results.length;
}

describe("integration.shared_hooks_path", () => {
  const naming = (path: string): object => ({
    integration: { shared_hooks_path: path },
    ...group("PreToolUse", ["echo own"]),
  });
  const handlers = async (): Promise<readonly string[]> =>
    (await bench.fire({ events: [toolEvent()] })).report.matched.map(
      ({ source, handler }) => `${source} ${handler}`,
    );

  it("is followed by hook test, after the files that were named, and no further", async () => {
    bench.write(SETTINGS, naming("tools/hooks.json"));
    bench.write("tools/hooks.json", {
      ...naming("tools/more.json"),
      ...group("PreToolUse", ["echo shared"]),
    });
    bench.write("tools/more.json", group("PreToolUse", ["echo more"]));

    expect(await handlers()).toEqual([`${SETTINGS} echo own`, "tools/hooks.json echo shared"]);
  });

  it("is read once when the file is named twice, from the folder where the hooks would run", async () => {
    bench.write(SETTINGS, naming("hooks.json"));
    bench.write("project/hooks.json", group("PreToolUse", ["echo shared"]));
    const { report } = await bench.fire({
      configs: [SETTINGS, "project/hooks.json"],
      events: [toolEvent()],
      cwd: join(bench.dir, "project"),
    });

    expect(report.matched).toHaveLength(2);
  });

  it("that is missing, or leads out of the project, is told and costs nobody else's hooks", async () => {
    for (const [path, told] of [
      ["missing.json", "shared_hooks_path: Cannot read missing.json"],
      ["../outside.json", "shared_hooks_path leads out of the project and is not read"],
    ] as const) {
      bench.write(SETTINGS, naming(path));
      const { report, stderr } = await bench.fire({ events: [toolEvent()] });

      expect(report.matched).toHaveLength(1);
      expect(stderr).toContain(told);
    }
  });
});

describe("sharing events with Claude Code", () => {
  it.each(STRATEGIES)(
    "B7: %s skips what Claude Code has caused, unless nobody said so",
    async (strategy) => {
      expect(await ran(strategy, toolEvent({ triggered_by: "claude_code" }))).toBe(0);
      expect(
        await ran(strategy, toolEvent({ orchestrator: { triggered_by: "claude_code" } })),
      ).toBe(0);
      expect(
        await ran(strategy, toolEvent({ triggered_by: "claude_code" }), { aware: false }),
      ).toBe(1);
    },
  );

  it("B8: claude_code_priority leaves mapped events to it while it runs, never the orchestrator's own", async () => {
    expect(await ran("claude_code_priority", toolEvent(), { present: true })).toBe(0);
    expect(
      await ran("claude_code_priority", { hook_event_name: "PreTaskExecute" }, { present: true }),
    ).toBe(0);
    expect(
      await ran("claude_code_priority", { hook_event_name: "TaskBreakdown" }, { present: true }),
    ).toBe(1);
    expect(await ran("claude_code_priority", toolEvent())).toBe(1);
  });

  it("B8: orchestrator_priority and both run here", async () => {
    expect(await ran("orchestrator_priority", toolEvent(), { present: true })).toBe(1);
    expect(await ran("both", toolEvent(), { present: true })).toBe(1);
  });

  it("B8: first_wins runs an event once, whoever sees it again; an event without an id runs each time", async () => {
    bench.write(SETTINGS, {
      integration: { claude_code_aware: true, deduplication_strategy: "first_wins" },
      ...group("PreToolUse", ["echo ran >> ran.txt"]),
    });
    await bench.fire({ events: [toolEvent()] });
    await bench.fire({ events: [toolEvent(), toolEvent({ tool_use_id: "other" })] });
    expect(readFileSync(join(bench.dir, "ran.txt"), "utf8")).toBe("ran\nran\n");
    await bench.fire({ events: [toolEvent({ tool_use_id: undefined })] });
    await bench.fire({ events: [toolEvent({ tool_use_id: undefined })] });
    expect(readFileSync(join(bench.dir, "ran.txt"), "utf8")).toBe("ran\n".repeat(4));
  });
});

describe("claims", () => {
  it("B8: of many that race for one event exactly one wins", async () => {
    const racers = Array.from({ length: 20 }, () => createClaims(bench.dir));
    const taken = await Promise.all(racers.map((claims) => claims.take("event")));
    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  it("B9: a claim of a dead owner, or of long ago, blocks nobody for ever; taking over has one winner too", async () => {
    const folder = bench.dir;
    await createClaims(folder).take("event");
    const [file = ""] = readdirSync(folder);
    // No process has this number: it is above what Linux gives out.
    writeFileSync(
      join(folder, file),
      JSON.stringify({ pid: 4_194_305, at: Date.now(), isDone: false }),
    );
    const racers = Array.from({ length: 10 }, () => createClaims(folder));
    const taken = await Promise.all(racers.map((claims) => claims.take("event")));
    expect(taken.filter(Boolean)).toHaveLength(1);

    for (const each of readdirSync(folder))
      writeFileSync(join(folder, each), JSON.stringify({ pid: process.pid, at: 0, isDone: false }));
    expect(await createClaims(folder).take("event")).toBe(true);
  });

  it("a finished claim of a dead owner stays taken, and one that is being written counts as taken", async () => {
    const folder = bench.dir;
    const claims = createClaims(folder);
    await claims.take("event");
    await claims.done("event");
    await claims.done("never taken");
    const [file = ""] = readdirSync(folder);
    const path = join(folder, file);
    const finished = JSON.parse(readFileSync(path, "utf8")) as object;
    writeFileSync(path, JSON.stringify({ ...finished, pid: 4_194_305 }));
    expect(await createClaims(folder).take("event")).toBe(false);
    writeFileSync(path, '{"pid"');
    expect(await createClaims(folder).take("event")).toBe(false);
    expect(existsSync(path)).toBe(true);
  });
});

it("B13: a configuration that is edited during a session has no effect before the next one", async () => {
  const changed = JSON.stringify(group("PreToolUse", ["echo changed"]));
  bench.write("changed.json", changed);
  bench.write(SETTINGS, group("PreToolUse", [`cp changed.json ${SETTINGS}`]));

  const { reports } = await bench.fire({ events: [toolEvent(), toolEvent()] });
  const next = await bench.fire({ events: [toolEvent()] });

  expect(reports.map((report) => report.results[0]?.stdout)).toEqual(["", ""]);
  expect(next.report.results[0]?.stdout).toBe("changed\n");
});

it("B5: output that is no JSON is plain output and no failure", async () => {
  bench.write(SETTINGS, group("PreToolUse", ["echo '{ this is not'"]));
  const { report } = await bench.fire({ events: [toolEvent()] });
  expect(report).toMatchObject({
    decision: { outcome: "none" },
    results: [{ outcome: "none", exitCode: 0 }],
  });
});
