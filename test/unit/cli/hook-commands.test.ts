// The admin's way to hooks: what is registered, what they did, and whether they would do it again.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import type { Link } from "../../../src/cli/context.ts";
import { createHookHost } from "../../../src/cli/hook/hook-host.ts";
import { runCli } from "../../../src/cli/program.ts";
import { HeddleError, type JsonObject, type JsonValue } from "../../../src/core/index.ts";
import type { Registry } from "../../../src/registry/index.ts";
import { createMemoryRegistry } from "../../support/memory-registry.ts";
import {
  sampleExecution,
  sampleHook,
  samplePattern,
  samplePlan,
} from "../../support/registry-samples.ts";
import { freshFolder } from "../executors/fixtures.ts";
import { createFakeWorld } from "./fake-world.ts";

interface Ran {
  readonly exitCode: number;
  /** One per line. */
  readonly printed: readonly JsonValue[];
  readonly stderr: string;
}

interface Bench {
  readonly registry: Registry;
  readonly cwd: string;
  hook(...args: readonly string[]): Promise<Ran>;
}

function createBench(): Bench {
  const registry = createMemoryRegistry();
  const cwd = freshFolder();
  return {
    registry,
    cwd,
    async hook(...args) {
      const fake = createFakeWorld({
        cwd,
        hookHome: {},
        openLink: () => linkTo(registry),
        openHookHost: (folder = cwd) =>
          createHookHost({ functions: [], environment: [], shell: "auto" }, process.env, folder),
      });
      const exitCode = await runCli(["hook", ...args, "--json"], fake.world);
      const lines = fake
        .stdout()
        .split("\n")
        .filter((line) => line !== "");
      const printed = lines.map((line) => JSON.parse(line) as JsonValue);
      return { exitCode, printed, stderr: fake.stderr() };
    },
  };
}

function linkTo(registry: Registry): Link {
  const absent = (): never => {
    throw new Error("these commands need the registry only");
  };
  return {
    client: absent,
    registry: () => Promise.resolve(registry),
    countWorkers: absent,
    serve: absent,
    close: () => Promise.resolve(),
  };
}

const REGISTRATION = { name: "guard", on: "pre_command", handler: { command: ["true"] } };

function asked(id: string, more: object = {}, event: object = {}) {
  const hook = sampleHook({ name: "guard", ...more });
  return {
    hook,
    event: {
      id,
      point: hook.on,
      hook: hook.name,
      run: { id: "r", workflowId: "w", pattern: "p", version: "1.0.0" },
      step: { id: "s", kind: "run", tool: "Bash", attempt: 1, input: { command: "ls" } },
      state: {},
      workspace: "w",
      ...event,
    },
  };
}

describe("hook add", () => {
  it("C23: registers from a file and tells name and point of each", async () => {
    const { hook, cwd, registry } = createBench();
    const more = { ...REGISTRATION, name: "watch", on: ["step.after", "step.error"] };
    writeFileSync(join(cwd, "hooks.json"), JSON.stringify({ hooks: [REGISTRATION, more] }));

    const { exitCode, printed } = await hook("add", "hooks.json");

    expect(exitCode).toBe(0);
    expect(printed).toMatchObject([
      { name: "guard", point: "step.before", alias: "pre_command", source: "registry" },
      { name: "watch", point: "step.after" },
      { name: "watch", point: "step.error" },
    ]);
    expect(await registry.listHooks()).toHaveLength(3);
  });

  it("registers from flags, by the same rules", async () => {
    const { hook, registry } = createBench();
    const flags = "--name g --on step.before --command node guard.mjs --match kind=run";

    const { exitCode } = await hook(
      "add",
      ...flags.split(" "),
      ...["--priority", "high", "--tag", "a", "b", "--timeout", "5s", "--on-error", "closed"],
    );

    expect(exitCode).toBe(0);
    expect(await registry.findHook("g")).toMatchObject({
      handler: { command: ["node", "guard.mjs"] },
      match: { kind: "run" },
      priority: -100,
      timeoutMs: 5000,
      onError: "closed",
      metadata: { tags: ["a", "b"] },
    });
  });

  it("C23: refuses an invalid point and everything else that is wrong, and registers nothing then", async () => {
    const { hook, cwd, registry } = createBench();
    const broken = { name: "b", on: "step.befor", handler: { command: ["x"] } };
    writeFileSync(join(cwd, "good.yaml"), JSON.stringify([REGISTRATION]));
    writeFileSync(join(cwd, "bad.yaml"), JSON.stringify([broken, { name: "c" }]));

    const { exitCode, printed } = await hook("add", "good.yaml", "bad.yaml");

    expect(exitCode).toBe(1);
    const [{ error }] = printed as [{ error: { code: string; message: string } }];
    expect(error.code).toBe("HOOK_INVALID");
    expect(error.message).toContain("bad.yaml: hooks[0].on");
    expect(error.message).toContain("bad.yaml: hooks[1].on");
    expect(await registry.listHooks()).toEqual([]);
  });

  it("A9: refuses a name that already exists", async () => {
    const { hook } = createBench();
    const flags = ["--name", "g", "--on", "step.before", "--command", "true"];
    await hook("add", ...flags);

    const { exitCode, printed } = await hook("add", ...flags);

    expect(exitCode).toBe(1);
    expect(printed).toMatchObject([{ error: { code: "HOOK_EXISTS" } }]);
  });

  it.each([
    ["no handler", ["--name", "g", "--on", "step.before"]],
    ["two handlers", ["--name", "g", "--on", "run.before", "--command", "x", "--url", "http://x"]],
    [
      "a match that is no pair",
      ["--name", "g", "--on", "run.before", "--command", "x", "--match", "kind"],
    ],
    ["no name", ["--on", "run.before", "--command", "x"]],
  ])("refuses %s", async (_, flags) => {
    expect(await createBench().hook("add", ...flags)).toMatchObject({
      exitCode: 1,
      printed: [{ error: { code: "HOOK_INVALID" } }],
    });
  });
});

describe("hook list", () => {
  it("C23: filters by point or alias, handler, priority, tag and source, all combined", async () => {
    const { hook, registry } = createBench();
    const tagged = { priority: 7, metadata: { tags: ["audit"] } };
    await registry.addHook(sampleHook({ name: "a", ...tagged }));
    await registry.addHook(sampleHook({ name: "b", priority: 7 }));
    await registry.addHook(sampleHook({ name: "c", ...tagged, on: "step.after" }));
    await registry.addHook(sampleHook({ name: "d", ...tagged, enabled: false }));

    const filter = "--point pre_command --priority 7 --tag audit --source registry --enabled";
    const { printed } = await hook("list", ...filter.split(" "), "--handler", "command");

    expect(printed).toMatchObject([[{ name: "a", tags: ["audit"], handler: "command" }]]);
    expect((await hook("list")).printed).toMatchObject([[{}, {}, {}, {}]]);
    expect((await hook("list", "--point", "nowhere")).exitCode).toBe(1);
  });

  it("shows what fires in a pattern, from all sources, in the order in which it runs", async () => {
    const { hook, registry, cwd } = createBench();
    const pattern = samplePattern({ name: "deploy" });
    const own = sampleHook({ name: "own", on: "run.before", source: "pattern", priority: 1 });
    await registry.registerPattern({
      ...pattern,
      plan: samplePlan({ ...pattern.plan, hooks: [own] }),
    });
    await registry.addHook(sampleHook({ name: "global", on: "run.before" }));
    mkdirSync(join(cwd, ".heddle"));
    const project = [{ ...REGISTRATION, name: "project", on: "run.before" }];
    writeFileSync(join(cwd, ".heddle/hooks.json"), JSON.stringify(project));
    const rows = async (): Promise<JsonValue> =>
      (await hook("list", "--pattern", "deploy", "--workspace", ".")).printed[0] ?? null;

    expect(await rows()).toEqual([
      { step: null, point: "run.before", order: 1, name: "own", source: "pattern" },
      { step: null, point: "run.before", order: 2, name: "global", source: "registry" },
    ]);
    await hook("trust");
    expect(await rows()).toMatchObject([
      { name: "own" },
      { name: "project", source: "project" },
      { name: "global" },
    ]);
  });
});

describe("hook trust", () => {
  it("shows what would run, lets it run as it is, and takes it back once", async () => {
    const { hook, cwd } = createBench();
    mkdirSync(join(cwd, ".heddle"));
    const project = [{ ...REGISTRATION, handler: { command: ["./guard.sh"] } }];
    writeFileSync(join(cwd, ".heddle/hooks.json"), JSON.stringify(project));
    writeFileSync(join(cwd, "guard.sh"), "exit 0");
    const state = async (): Promise<JsonValue> =>
      (await hook("list", "--workspace", ".")).printed[0] ?? null;

    expect(await state()).toMatchObject({
      trust: "untrusted",
      scripts: ["guard.sh"],
      files: [{ level: "project", runs: false, hooks: [{ name: "guard" }], problems: [] }],
    });
    expect(await hook("trust", ".")).toMatchObject({
      exitCode: 0,
      printed: [{ trust: "trusted" }],
    });
    expect(await state()).toMatchObject({ trust: "trusted", files: [{ runs: true }] });
    writeFileSync(join(cwd, "guard.sh"), "exit 1");
    expect(await state()).toMatchObject({ trust: "changed", files: [{ runs: false }] });
    expect(await hook("untrust")).toMatchObject({ exitCode: 0, printed: [{ untrusted: true }] });
    expect(await hook("untrust")).toMatchObject({ exitCode: 1, printed: [{ untrusted: false }] });
    expect((await hook("trust", "nowhere")).exitCode).toBe(2);
  });
});

describe("hook enable, disable, remove", () => {
  it("C23: switch and remove by name; a second removal is false", async () => {
    const { hook, registry } = createBench();
    await registry.addHook(sampleHook({ name: "g" }));

    expect((await hook("disable", "g")).printed).toEqual([{ name: "g", enabled: false }]);
    expect((await hook("enable", "g")).printed).toEqual([{ name: "g", enabled: true }]);
    expect((await hook("disable", "nobody")).exitCode).toBe(1);
    expect(await hook("remove", "g")).toMatchObject({
      exitCode: 0,
      printed: [{ name: "g", removed: true }],
    });
    expect(await hook("remove", "g")).toMatchObject({
      exitCode: 1,
      printed: [{ name: "g", removed: false }],
    });
  });
});

describe("hook enable and explain of a hook with policies", () => {
  const POLICIES = {
    breaker: { preset: "default", open: "1h", failures: 1 },
    rateLimit: { limit: 2, per: "1m" },
    dependsOn: ["other"],
    rollback: { command: ["undo"] },
    flag: "beta",
    onError: "closed",
  };

  it("tells what its breaker would do now, and closes it again when it is switched on", async () => {
    const { hook, cwd, registry } = createBench();
    writeFileSync(join(cwd, "hooks.json"), JSON.stringify([{ ...REGISTRATION, ...POLICIES }]));
    await hook("add", "hooks.json");
    const state = { state: "open", until: Date.now() + 3_600_000, why: "1 failure within 30s" };
    await registry.hookStore.change("breaker:guard", () => ({ next: state, result: null }));

    expect((await hook("explain", "guard")).printed).toMatchObject([
      {
        name: "guard",
        point: "step.before",
        breaker: { failures: 1, successes: 2, openMs: 3_600_000 },
        breakerNow: {
          state: "open",
          next: expect.stringMatching(
            /^it refuses without being asked \(1 failure within 30s\), for /,
          ) as string, // as: asymmetric matchers are any
        },
        rateLimit: { limit: 2, burst: 2, key: "hook", over: "skip" },
        dependsOn: ["other"],
        flags: ["beta"],
        timeoutMs: 30_000,
      },
    ]);
    expect((await hook("enable", "guard")).printed).toEqual([
      { name: "guard", enabled: true, breakerReset: true },
    ]);
    expect((await hook("explain", "guard")).printed).toMatchObject([
      { breakerNow: { state: "closed", next: "it runs" } },
    ]);
    expect((await hook("enable", "guard")).printed).toEqual([{ name: "guard", enabled: true }]);
  });

  it("explains the hooks of a file without asking anybody how they stand", async () => {
    const { hook, cwd } = createBench();
    writeFileSync(join(cwd, "hooks.json"), JSON.stringify([{ ...REGISTRATION, ...POLICIES }]));

    const [explained] = (await hook("explain", "hooks.json")).printed;

    expect(explained).toMatchObject({ name: "guard", onError: "closed", priority: 100 });
    expect(explained).not.toHaveProperty("breakerNow");
    expect((await hook("explain", "nobody")).printed).toMatchObject([
      { error: { code: "POINT_UNKNOWN" } },
    ]);
  });
});

describe("hook history and stats", () => {
  it("C21: show history by hook newest first and by correlation oldest first, and count by hook and point", async () => {
    const { hook, registry } = createBench();
    for (const minute of [1, 2, 3])
      await registry.recordHookExecution(
        sampleExecution({
          executionId: `e${String(minute)}`,
          correlation: "order-1",
          status: minute === 3 ? "timeout" : "completed",
          durationMs: minute * 100,
          startedAt: new Date(Date.UTC(2026, 0, 1, 0, minute)),
        }),
      );
    const ids = async (...flags: readonly string[]): Promise<readonly JsonValue[]> =>
      ((await hook("history", ...flags)).printed[0] as readonly JsonObject[]).map(
        ({ executionId }) => executionId ?? null,
      );

    expect(await ids("--hook", "guard", "--limit", "2")).toEqual(["e3", "e2"]);
    expect(await ids("--correlation", "order-1")).toEqual(["e1", "e2", "e3"]);
    expect(await ids("--status", "timeout")).toEqual(["e3"]);
    expect(await ids("--since", "2026-01-01T00:02:00Z", "--until", "2026-01-01T00:03:00Z")).toEqual(
      ["e2"],
    );
    expect((await hook("stats")).printed).toMatchObject([
      [{ name: "guard", count: 3, success: 2, failure: 1, timeouts: 1, p50Seconds: 0.2 }],
    ]);
    expect((await hook("stats", "--by", "point")).printed).toMatchObject([
      [{ name: "step.before", count: 3 }],
    ]);
    expect((await hook("history", "--limit", "none")).exitCode).toBe(2);
    expect((await hook("history", "--since", "once")).exitCode).toBe(2);
  });
});

describe("hook replay", () => {
  const COUNTING = {
    handler: {
      command:
        "echo x >> runs; node -p \"const e=JSON.parse(require('fs').readFileSync(0)); JSON.stringify({outcome:'modify',input:{command:e.step.input.command+' -l'}})\"",
    },
  };
  const RECORDED = { outcome: { outcome: "modify", input: { command: "ls -l" } } } as const;
  const runs = (cwd: string): number =>
    readFileSync(join(cwd, "runs"), "utf8").split("\n").length - 1;

  it("C22: exact asks as it was asked, ignores modifications, and is identical with similarity 1", async () => {
    const { hook, registry, cwd } = createBench();
    await registry.recordHookExecution(
      sampleExecution({ executionId: "e", ...RECORDED }),
      asked("e", COUNTING),
    );

    const { exitCode, printed, stderr } = await hook(
      "replay",
      "e",
      "--set",
      "step.input.command=rm",
    );

    expect(printed).toMatchObject([
      { executionId: "e", mode: "exact", identical: true, similarity: 1, differences: [] },
    ]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain("ignores");
    expect(runs(cwd)).toBe(1);
  });

  it("C22: modified changes what the hook sees, by path, and so its output", async () => {
    const { hook, registry } = createBench();
    await registry.recordHookExecution(
      sampleExecution({ executionId: "e", ...RECORDED }),
      asked("e", COUNTING),
    );

    const { exitCode, printed } = await hook(
      ...["replay", "e", "--mode", "modified", "--set", "step.input.command=rm"],
    );

    expect(printed).toMatchObject([
      {
        identical: false,
        similarity: 0.975,
        differences: [
          {
            path: "outcome.input.command",
            severity: "medium",
            recorded: "ls -l",
            replayed: "rm -l",
          },
        ],
      },
    ]);
    expect(exitCode).toBe(1);
    expect(
      await hook("replay", "e", "--mode", "modified", "--set", "step.input.command.x=1"),
    ).toMatchObject({
      exitCode: 2,
      printed: [{ error: { code: "REPLAY_PATH_INVALID" } }],
    });
  });

  it("C22: simulate gives the recorded result and runs nothing", async () => {
    const { hook, registry, cwd } = createBench();
    await registry.recordHookExecution(
      sampleExecution({ executionId: "e", ...RECORDED }),
      asked("e", COUNTING),
    );

    const { printed } = await hook("replay", "e", "--mode", "simulate");

    expect(printed).toMatchObject([
      { identical: true, replayed: { status: "completed", outcome: RECORDED.outcome } },
    ]);
    expect(() => runs(cwd)).toThrow();
  });

  it("C22: another decision is critical; ignored fields make it identical; a failed replay is no agreement", async () => {
    const { hook, registry } = createBench();
    const add = (executionId: string, command: string): Promise<unknown> =>
      registry.recordHookExecution(
        sampleExecution({ executionId }),
        asked(executionId, { handler: { command } }),
      );
    await add("other", `echo '{"outcome":"cancel","reason":"no"}'`);
    await add("more", `echo '{"outcome":"continue","message":"now"}'`);
    await add("fails", "exit 3");

    expect((await hook("replay", "other")).printed).toMatchObject([
      { differences: [{ path: "outcome.outcome", severity: "critical" }, { severity: "low" }] },
    ]);
    expect((await hook("replay", "more")).printed).toMatchObject([{ identical: false }]);
    expect((await hook("replay", "more", "--ignore", "message")).printed).toMatchObject([
      { identical: true },
    ]);
    expect((await hook("replay", "fails")).printed).toMatchObject([
      {
        replayed: { status: "failed" },
        differences: [{ path: "status", severity: "critical" }, {}, {}],
      },
    ]);
  });

  it("replays a batch chosen by flags, in order, and says which cannot be replayed", async () => {
    const { hook, registry } = createBench();
    for (const id of ["a", "b", "c"])
      await registry.recordHookExecution(
        sampleExecution({ executionId: id }),
        id === "b" ? undefined : asked(id, { handler: { command: ["true"] } }),
      );

    const { exitCode, printed } = await hook("replay", "--hook", "guard", "--concurrency", "2");

    expect(exitCode).toBe(1);
    expect(printed).toMatchObject([
      { executionId: "c", identical: true },
      { executionId: "b", error: { code: "EXECUTION_NOT_REPLAYABLE" } },
      { executionId: "a", identical: true },
    ]);
    expect((await hook("replay", "nobody")).printed).toMatchObject([
      { error: { code: "EXECUTION_NOT_FOUND" } },
    ]);
    expect((await hook("replay")).exitCode).toBe(2);
  });
});

describe("hook bridge", () => {
  const event = (type: string, more: object = {}) => ({
    id: `e-${type}`,
    type,
    source: "orchestrator",
    data: { task_id: "task-456", workflow_id: "wf-123", status: "completed", ...more },
    metadata: { session_id: "session-789" },
  });
  const keep = (name: string, on: string, more: object = {}) => ({
    name,
    on,
    protocol: "agentcore",
    handler: { command: ["sh", "-c", `cat >> ${name}.jsonl; echo >> ${name}.jsonl`] },
    ...more,
  });
  const linesOf = (cwd: string, name: string): readonly JsonValue[] =>
    readFileSync(join(cwd, `${name}.jsonl`), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as JsonValue);

  it("A15: a foreign task.completed fires post_task with the task of its data and the session of its metadata", async () => {
    const { hook, cwd } = createBench();
    const other = keep("other", "post_task", { match: { fields: { "data.status": "failed" } } });
    const list = [keep("done", "post_task"), keep("before", "pre_task"), other];
    writeFileSync(join(cwd, "hooks.json"), JSON.stringify(list));
    await hook("add", "hooks.json");
    writeFileSync(join(cwd, "event.json"), JSON.stringify(event("task.completed")));

    const { exitCode, printed } = await hook("bridge", "event.json");

    expect(exitCode).toBe(0);
    expect(printed).toMatchObject([
      { trigger: "post_task", point: "step.after", hooks: [{ name: "done", outcome: "continue" }] },
    ]);
    expect(linesOf(cwd, "done")).toMatchObject([
      {
        trigger: "post_task",
        task_id: "task-456",
        workflow_id: "wf-123",
        session_id: "session-789",
        data: { task_id: "task-456", status: "completed" },
      },
    ]);
  });

  it("A15: created and started are one pre_task, startup and shutdown the session's; others fire nothing", async () => {
    const { hook, cwd } = createBench();
    const all = ["pre_task", "post_task", "session_start", "session_end"];
    writeFileSync(join(cwd, "hooks.json"), JSON.stringify(all.map((on) => keep(on, on))));
    await hook("add", "hooks.json");
    const types = ["system.startup", "task.created", "task.started", "task.failed"];
    const events = [...types, "system.shutdown", "agent.created"].map((type) => event(type));
    writeFileSync(join(cwd, "events.json"), JSON.stringify(events));
    writeFileSync(join(cwd, "again.json"), JSON.stringify(event("task.started")));

    const { printed } = await hook("bridge", "events.json");
    const again = await hook("bridge", "again.json");

    expect(printed).toMatchObject([
      { point: "session.start", hooks: [{ name: "session_start" }] },
      { point: "step.before", hooks: [{ name: "pre_task" }] },
      { point: "step.before", hooks: [], skipped: expect.stringContaining("beginning") as string },
      { point: "step.error", hooks: [{ name: "post_task" }] },
      { point: "session.end", hooks: [{ name: "session_end" }] },
      { point: null, skipped: expect.stringContaining("task.created") as string },
    ]);
    expect(again.printed).toMatchObject([{ hooks: [] }]);
    expect(linesOf(cwd, "pre_task")).toHaveLength(1);
  });

  it("gives a hook the attempts of its policy, and the ledger one record of what it came to", async () => {
    const { hook, cwd, registry } = createBench();
    const retry = { maximumAttempts: 3, initialInterval: "1ms", backoffCoefficient: 1 };
    const flaky = "cat > /dev/null; echo x >> tries; test $(wc -l < tries) -ge 3";
    const list = [
      { name: "flaky", on: "pre_task", retry, handler: { command: ["sh", "-c", flaky] } },
      { name: "broken", on: "pre_task", retry, handler: { command: ["sh", "-c", "exit 1"] } },
    ];
    writeFileSync(join(cwd, "hooks.json"), JSON.stringify(list));
    await hook("add", "hooks.json");
    writeFileSync(join(cwd, "event.json"), JSON.stringify(event("task.created")));

    const first = await hook("bridge", "event.json");
    const again = await hook("bridge", "event.json");

    expect(first.printed).toMatchObject([
      {
        hooks: [
          { name: "flaky", outcome: "continue", attempts: 3 },
          { name: "broken", outcome: "continue", attempts: 3 },
        ],
      },
    ]);
    expect(again.printed).toEqual(first.printed);
    expect(readFileSync(join(cwd, "tries"), "utf8")).toBe("x\nx\nx\n");
    const records = await registry.listHookExecutions();
    expect(records).toHaveLength(2);
    expect(records).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          executionId: "agentcore/e-task.created/flaky",
          status: "completed",
          attempt: 3,
          workflowId: "wf-123",
          session: "session-789",
        }) as unknown,
        expect.objectContaining({
          executionId: "agentcore/e-task.created/broken",
          status: "failed",
          error: expect.objectContaining({ type: "HookFailed" }) as unknown,
        }) as unknown,
      ]),
    );
    const [replayed] = (await hook("replay", "agentcore/e-task.created/broken")).printed;
    expect(replayed).toMatchObject({ identical: true });
  });

  it("lets every event go on where no database is known, and says that no hook is registered", async () => {
    const cwd = freshFolder();
    writeFileSync(join(cwd, "event.json"), JSON.stringify(event("task.created")));
    const none = (): Promise<never> =>
      Promise.reject(new HeddleError("NO_DATABASE", "No database is known"));
    const { world, stdout, stderr } = createFakeWorld({
      cwd,
      openLink: () => ({ ...linkTo(createMemoryRegistry()), registry: none }),
    });

    expect(await runCli(["hook", "bridge", "event.json", "--json"], world)).toBe(0);
    expect(JSON.parse(stdout())).toMatchObject({
      decision: "continue",
      hooks: [],
      skipped: "no database is known, so that no hook is registered",
    });
    expect(stderr()).toBe("");
  });

  it("C23: a returned cancel is the answer, and nothing after it runs", async () => {
    const { hook, cwd } = createBench();
    const no = { command: ["sh", "-c", "cat > /dev/null; echo no >&2; exit 2"] };
    const list = [
      { ...keep("later", "pre_task"), priority: 10 },
      { name: "first", on: "pre_task", priority: 1, handler: no },
    ];
    writeFileSync(join(cwd, "hooks.json"), JSON.stringify(list));
    await hook("add", "hooks.json");
    writeFileSync(join(cwd, "event.json"), JSON.stringify(event("task.created")));

    expect(await hook("bridge", "event.json")).toMatchObject({
      exitCode: 1,
      printed: [{ decision: "cancel", hooks: [{ name: "first", outcome: "cancel" }] }],
    });
  });
});
