/**
 * What every registry does, whatever it is made of: run on PostgreSQL and on the fake that unit tests use, so that a
 * test that passes on the fake says something about the real one.
 */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { digestOf, isReference, type JsonValue } from "../../src/core/index.ts";
import { RETENTION_PRESETS, type HookExecution } from "../../src/registry/ledger.ts";
import type { Registry } from "../../src/registry/registry.ts";
import { anyOf, containing, matching } from "./matchers.ts";
import {
  sampleExecution,
  sampleHook,
  samplePattern,
  samplePlan,
  sampleRun,
} from "./registry-samples.ts";

export interface RegistryUnderTest {
  readonly registry: Registry;
  readonly close: () => Promise<void>;
}

/** Each test takes names of its own, so that all of a file can share one registry. */
const unique = (prefix: string): string => `${prefix}-${randomUUID().slice(0, 8)}`;

const A_DAY_MS = 86_400_000;

export function describeRegistry(
  kind: string,
  open: (actor: string) => Promise<RegistryUnderTest>,
): void {
  describe(`a registry ${kind}`, () => {
    let registry: Registry;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ registry, close } = await open("ada"));
    });
    afterAll(() => close());
    const subject = (): Registry => registry;

    describePatterns(subject);
    describeChoice(subject);
    describeValues(subject);
    describeCheckpoints(subject);
    describeCache(subject);
    describeHookStore(subject);
    describeHooks(subject);
    describeExecutions(subject);
    describeStatistics(subject);
    describeAudit(subject);
    describeRetention(async () => open("bob"));
  });
}

function describePatterns(registry: () => Registry): void {
  describe("patterns", () => {
    test("A18: registers a pattern as active, finds it by name, refuses other content under the same version as already registered, and archives it", async () => {
      const name = unique("p");
      const first = await registry().registerPattern(samplePattern({ name }));

      expect(first).toMatchObject({ created: true, pattern: { name, status: "active" } });
      expect(await registry().findPattern(name)).toEqual(first.pattern);
      await expect(
        registry().registerPattern(samplePattern({ name, content: "something else" })),
      ).rejects.toThrow(/already registered/);
      expect((await registry().findPattern(name))?.digest).toBe(first.pattern.digest);

      const archived = await registry().setPatternStatus(name, "1.0.0", "archived");
      expect(archived).toEqual({ ...first.pattern, status: "archived" });
      expect(await registry().findPattern(name)).toBeUndefined();
      expect(await registry().findPattern(name, "1.0.0")).toBeUndefined();
    });

    test("names both digests and the way out when a version exists with other content", async () => {
      const name = unique("p");
      const offered = samplePattern({ name, content: "something else" });
      const { pattern } = await registry().registerPattern(samplePattern({ name }));

      const refusal = await registry()
        .registerPattern(offered)
        .catch((error: unknown) => error);

      expect(refusal).toMatchObject({
        code: "PATTERN_VERSION_CONFLICT",
        details: {
          name,
          version: "1.0.0",
          registered: pattern.digest,
          offered: offered.plan.digest,
        },
      });
      expect(refusal).toHaveProperty("message", containing(pattern.digest));
      expect(refusal).toHaveProperty("message", containing(offered.plan.digest));
      expect(refusal).toHaveProperty("hint", matching(/Raise `version`/));
    });

    test("does nothing when the same content is registered again, whatever its status has become", async () => {
      const name = unique("p");
      const pattern = samplePattern({ name, tags: ["a"], sourceFile: "/somewhere/p.yaml" });
      await registry().registerPattern(pattern);
      const deprecated = await registry().setPatternStatus(name, "1.0.0", "deprecated");

      const again = await registry().registerPattern({ ...pattern, tags: ["b"] });

      expect(again).toEqual({ pattern: deprecated, created: false });
      expect(await registry().listVersions(name)).toHaveLength(1);
    });

    test("gives back what was registered: every field, and the document's own order of keys", async () => {
      const name = unique("p");
      const definition = { z: 1, a: { y: [1, 2.5, -0, 1e21], b: "ü\u0000\ud800😀" } };
      const plan = samplePlan({
        name,
        version: "1.0.0",
        type: "saga",
        digest: digestOf(definition),
        description: "Undo what was done",
      });

      await registry().registerPattern({
        definition,
        plan,
        tags: ["b", "a"],
        sourceFile: "/somewhere/p.yaml",
      });
      const found = await registry().findPattern(name);

      expect(found).toEqual({
        name,
        version: "1.0.0",
        digest: digestOf(definition),
        type: "saga",
        status: "active",
        description: "Undo what was done",
        tags: ["b", "a"],
        sourceFile: "/somewhere/p.yaml",
        definition: JSON.parse(JSON.stringify(definition)) as JsonValue,
        plan,
        createdAt: anyOf(Date),
      });
      expect(JSON.stringify(found?.definition)).toBe(JSON.stringify(definition));
      expect(JSON.stringify(found?.plan)).toBe(JSON.stringify(plan));
    });

    test("leaves out of the row what the pattern leaves out", async () => {
      const name = unique("p");

      const { pattern } = await registry().registerPattern(samplePattern({ name }));

      expect(Object.keys(pattern).sort()).toEqual(
        "createdAt definition digest name plan status tags type version".split(" "),
      );
    });

    test("keeps drafts out of what runs, but not out of the lists, until they are made active", async () => {
      const name = unique("p");
      await registry().registerPattern(samplePattern({ name, status: "draft" }));

      expect(await registry().findPattern(name)).toBeUndefined();
      expect(await registry().getPattern(name, "1.0.0")).toMatchObject({ status: "draft" });
      expect(await registry().listVersions(name)).toMatchObject([{ status: "draft" }]);

      await registry().setPatternStatus(name, "1.0.0", "active");
      expect(await registry().findPattern(name)).toMatchObject({ status: "active" });
    });

    test("refuses to change the status of a version that is not registered", async () => {
      const name = unique("p");
      await registry().registerPattern(samplePattern({ name }));

      await expect(registry().setPatternStatus(name, "1.0.1", "archived")).rejects.toMatchObject({
        code: "PATTERN_NOT_FOUND",
        message: containing(`"${name}" version 1.0.1`),
      });
    });

    test("refuses a version that is not semantic", async () => {
      const pattern = samplePattern({ name: unique("p"), version: "one" });

      await expect(registry().registerPattern(pattern)).rejects.toMatchObject({
        code: "PATTERN_VERSION_INVALID",
        message: containing('"one"'),
      });
    });

    test("leaves one row when the same content is registered many times at once, and tells one caller that it created it", async () => {
      const name = unique("p");

      const results = await Promise.all(
        Array.from({ length: 20 }, () => registry().registerPattern(samplePattern({ name }))),
      );

      expect(results.filter(({ created }) => created)).toHaveLength(1);
      expect(await registry().listVersions(name)).toHaveLength(1);
    });

    test("lets one of many different contents under one version win, and refuses the others", async () => {
      const name = unique("p");

      const results = await Promise.allSettled(
        Array.from({ length: 20 }, (_, content) =>
          registry().registerPattern(samplePattern({ name, content })),
        ),
      );

      const won = results.filter(({ status }) => status === "fulfilled");
      expect(won).toHaveLength(1);
      expect(won).toMatchObject([{ value: { created: true } }]);
      for (const result of results) {
        if (result.status === "rejected") {
          expect(result.reason).toMatchObject({ code: "PATTERN_VERSION_CONFLICT" });
        }
      }
    });

    test("lists every version of a name, newest first by precedence, without the documents", async () => {
      const name = unique("p");
      for (const version of ["1.10.0", "2.0.0-rc.1", "1.9.0", "2.0.0", "1.2.0", "2.0.0-beta.11"]) {
        await registry().registerPattern(samplePattern({ name, version }));
      }

      const versions = await registry().listVersions(name);

      expect(versions.map(({ version }) => version)).toEqual([
        "2.0.0",
        "2.0.0-rc.1",
        "2.0.0-beta.11",
        "1.10.0",
        "1.9.0",
        "1.2.0",
      ]);
      expect(versions[0]).not.toHaveProperty("plan");
      expect(versions[0]).not.toHaveProperty("definition");
    });

    test("lists the newest version of each name that passes the filter, last registered first", async () => {
      const tag = unique("tag");
      const [a, b] = [unique("a"), unique("b")];
      await registry().registerPattern(samplePattern({ name: a, tags: [tag], type: "saga" }));
      await registry().registerPattern(samplePattern({ name: b, version: "2.0.0", tags: [tag] }));
      await registry().registerPattern(samplePattern({ name: b, version: "1.9.0", tags: [tag] }));
      await registry().registerPattern(
        samplePattern({ name: a, version: "1.1.0", tags: ["other", tag], status: "draft" }),
      );
      const list = async (filter: Parameters<Registry["listPatterns"]>[0]): Promise<string[]> =>
        (await registry().listPatterns(filter)).map((one) => `${one.name}@${one.version}`);

      expect(await list({ tag })).toEqual([`${a}@1.1.0`, `${b}@2.0.0`]);
      expect(await list({ tag, limit: 1 })).toEqual([`${a}@1.1.0`]);
      expect(await list({ tag, status: "active" })).toEqual([`${b}@2.0.0`, `${a}@1.0.0`]);
      expect(await list({ tag, type: "saga" })).toEqual([`${a}@1.0.0`]);
      expect(await list({ name: b })).toEqual([`${b}@2.0.0`]);
      expect(await list({ name: unique("nobody") })).toEqual([]);
      expect(await list({})).toEqual(expect.arrayContaining([`${a}@1.1.0`, `${b}@2.0.0`]));
    });

    test("refuses a limit that is not a whole number", async () => {
      await expect(registry().listPatterns({ limit: -1 })).rejects.toMatchObject({
        code: "LIMIT_INVALID",
      });
      await expect(registry().listHookExecutions({ limit: 1.5 })).rejects.toMatchObject({
        code: "LIMIT_INVALID",
      });
    });
  });
}

function describeChoice(registry: () => Registry): void {
  describe("the version that a range means", () => {
    const name = unique("choice");
    beforeAll(async () => {
      for (const version of ["1.0.0", "1.2.0", "1.10.0", "2.0.0", "3.0.0-beta.2", "1.5.0+left"]) {
        await registry().registerPattern(samplePattern({ name, version }));
      }
      await registry().registerPattern(samplePattern({ name, version: "4.0.0", status: "draft" }));
      await registry().registerPattern(samplePattern({ name, version: "5.0.0" }));
      await registry().setPatternStatus(name, "5.0.0", "deprecated");
      await registry().registerPattern(samplePattern({ name, version: "6.0.0" }));
      await registry().setPatternStatus(name, "6.0.0", "archived");
    });

    test.for<readonly [title: string, range: string | undefined, version: string | undefined]>([
      ["nothing: the newest active release", undefined, "2.0.0"],
      ["any: the same", "*", "2.0.0"],
      ["a range: the newest in it, 1.10 above 1.2", "^1.0.0", "1.10.0"],
      ["a partial version: the newest that begins so", "1.2", "1.2.0"],
      ["a range that names a pre-release: also pre-releases", ">=3.0.0-beta.1", "3.0.0-beta.2"],
      ["an exact active version", "1.0.0", "1.0.0"],
      ["an exact pre-release", "3.0.0-beta.2", "3.0.0-beta.2"],
      ["an exact deprecated version", "5.0.0", "5.0.0"],
      ["an exact version without the build metadata it was registered with", "1.5.0", "1.5.0+left"],
      ["a range over a deprecated version only: nothing", "^5.0.0", undefined],
      ["an exact draft: nothing", "4.0.0", undefined],
      ["an exact archived version: nothing", "6.0.0", undefined],
      ["a range that nothing satisfies: nothing", "^7.0.0", undefined],
    ])("%s", async ([, range, version]) => {
      const found = await registry().findPattern(name, range);

      expect(found?.version).toBe(version);
    });

    test("refuses what is no range, with the value quoted", async () => {
      await expect(registry().findPattern(name, "newest please")).rejects.toMatchObject({
        code: "VERSION_RANGE_INVALID",
        message: containing('"newest please"'),
      });
    });

    test("finds nothing under a name that nobody registered", async () => {
      expect(await registry().findPattern(unique("nobody"))).toBeUndefined();
    });
  });
}

function describeValues(registry: () => Registry): void {
  describe("values", () => {
    test.for<readonly [title: string, value: JsonValue]>([
      ["null", null],
      ["a string with U+0000", { text: "before\u0000after", "key\u0000": 1 }],
      ["lone surrogates", ["\ud800", "\udfff\ud800", "😀"]],
      ["numbers of every size", [0, 1e-7, 1e21, Number.MAX_SAFE_INTEGER, 5e-324]],
      ["a key named like a prototype", JSON.parse('{"__proto__":{"a":1}}') as JsonValue],
      [
        "a megabyte",
        { rows: Array.from({ length: 20_000 }, (_, id) => ({ id, text: "x".repeat(30) })) },
      ],
    ])("gives back %s as it was stored", async ([, value]) => {
      const reference = await registry().putValue(value);

      expect(isReference(reference)).toBe(true);
      expect(reference["$heddle.ref"]).toBe(digestOf(value));
      expect(reference.bytes).toBe(Buffer.byteLength(JSON.stringify(value)));
      expect(await registry().getValue(reference["$heddle.ref"])).toEqual(value);
    });

    test("stores equal values once, whatever the order of their keys", async () => {
      const id = unique("v");

      const references = await Promise.all([
        registry().putValue({ id, n: 1 }),
        registry().putValue({ n: 1, id }),
        registry().putValue({ id, n: 1 }),
      ]);

      expect(new Set(references.map((one) => one["$heddle.ref"])).size).toBe(1);
    });

    test("says so when a digest is not stored", async () => {
      const digest = "0".repeat(64);

      await expect(registry().getValue(digest)).rejects.toMatchObject({
        code: "VALUE_NOT_FOUND",
        message: containing(digest),
      });
    });
  });
}

function describeCheckpoints(registry: () => Registry): void {
  test("keeps the first checkpoint of a number and lists the last ones of a session, oldest first", async () => {
    const session = unique("s");
    for (const number of [1, 10, 2]) await registry().saveCheckpoint(session, number, { number });
    await registry().saveCheckpoint(session, 2, { number: "again" });
    await registry().saveCheckpoint(unique("other"), 3, { number: 3 });

    expect(await registry().listCheckpoints(session, 2)).toEqual([{ number: 2 }, { number: 10 }]);
    expect(await registry().listCheckpoints(unique("none"), 2)).toEqual([]);
  });
}

function describeHookStore(registry: () => Registry): void {
  test("changes shared hook state one after the other, however many race for a key", async () => {
    const { hookStore } = registry();
    const key = unique("counter");
    expect(await hookStore.read(key)).toBeUndefined();

    const counted = await Promise.all(
      Array.from({ length: 20 }, () =>
        hookStore.change(key, (current) => {
          const next = (typeof current === "number" ? current : 0) + 1;
          return { next, result: next };
        }),
      ),
    );
    expect(counted.toSorted((left, right) => left - right)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
    expect(await hookStore.read(key)).toBe(20);
  });

  test("forgets hook state that expired or was taken away, and keeps it when a change throws", async () => {
    const { hookStore } = registry();
    const key = unique("state");
    await hookStore.change(key, () => ({ next: { text: "nul \u0000" }, result: null }));
    await expect(
      hookStore.change(key, () => {
        throw new Error("no");
      }),
    ).rejects.toThrow("no");
    expect(await hookStore.read(key)).toEqual({ text: "nul \u0000" });

    await hookStore.change(key, () => ({ next: 1, result: null, expiresInMs: 0 }));
    expect(await hookStore.read(key)).toBeUndefined();

    await hookStore.change(key, () => ({ next: 2, result: null }));
    await hookStore.change(key, () => ({ next: undefined, result: null }));
    expect(await hookStore.read(key)).toBeUndefined();
  });
}

function describeHooks(registry: () => Registry): void {
  describe("hooks for every pattern", () => {
    test("A9: refuses a name that already exists; removes a hook once; says false for one it does not know", async () => {
      const name = unique("hook");
      const added = await registry().addHook(sampleHook({ name }));

      await expect(
        registry().addHook(sampleHook({ name, on: "run.before" })),
      ).rejects.toMatchObject({
        code: "HOOK_EXISTS",
        message: containing("already exists"),
      });
      expect(await registry().findHook(name)).toEqual(added);

      expect(await registry().removeHook(name)).toBe(true);
      expect(await registry().findHook(name)).toBeUndefined();
      expect(await registry().removeHook(name)).toBe(false);
    });

    test("A10: lists all, by point, and enabled ones only, in order of registration", async () => {
      const on = `custom:${unique("point")}`;
      const names = [unique("z"), unique("a"), unique("m")];
      for (const name of names) await registry().addHook(sampleHook({ name, on }));
      await registry().addHook(sampleHook({ name: unique("other"), on: "run.before" }));
      await registry().setHookEnabled(names[1] ?? "", false);
      const list = async (filter: Parameters<Registry["listHooks"]>[0]): Promise<string[]> =>
        (await registry().listHooks(filter)).map(({ name }) => name);

      expect(await list({ on })).toEqual(names);
      expect(await list({ on, enabled: true })).toEqual([names[0], names[2]]);
      expect(await list({ on, enabled: false })).toEqual([names[1]]);
      expect(await list(undefined)).toEqual(expect.arrayContaining(names));
    });

    test("C23: filters by point, handler, priority, tag and source, all combined", async () => {
      const on = `custom:${unique("point")}`;
      const tagged = { metadata: { tags: ["audit", "nightly"] } };
      const add = (name: string, more: object): Promise<unknown> =>
        registry().addHook(sampleHook({ name: unique(name), on, ...more }));
      await add("all", { priority: 10, ...tagged });
      await add("untagged", { priority: 10 });
      await add("http", { priority: 10, ...tagged, handler: { http: { url: "https://x.test" } } });
      await add("late", { priority: 200, ...tagged });
      await add("imported", { priority: 10, ...tagged, source: "user" });
      const filter = {
        on,
        handler: "command",
        priority: 10,
        tag: "nightly",
        source: "registry",
        enabled: true,
      };

      const found = await registry().listHooks(filter);

      expect(found.map(({ name }) => name)).toEqual([containing("all")]);
      expect(await registry().listHooks({ on, tag: "nightly" })).toHaveLength(4);
    });

    test("a registration for several points is one name: added, switched and removed as one", async () => {
      const name = unique("hook");
      const hooks = ["step.before", "step.after"].map((on) => sampleHook({ name, on }));
      await registry().addHooks(hooks);
      const own = async () => (await registry().listHooks()).filter((hook) => hook.name === name);

      expect(await own()).toEqual(hooks);
      await expect(registry().addHooks(hooks)).rejects.toMatchObject({ code: "HOOK_EXISTS" });
      await registry().setHookEnabled(name, false);
      expect((await own()).map(({ enabled }) => enabled)).toEqual([false, false]);
      expect(await registry().removeHook(name)).toBe(true);
      expect(await own()).toEqual([]);
    });

    test("gives a hook back as it was registered, and with the state it was switched to", async () => {
      const hook = sampleHook({
        name: unique("hook"),
        match: { kind: "run|http", fields: { "input.user": "\u0000" } },
        handler: { command: ["node", "guard.mjs"], env: { Z: "1", A: "2" } },
        metadata: { team: "ü" },
      });

      expect(await registry().addHook(hook)).toEqual(hook);
      expect(await registry().setHookEnabled(hook.name, false)).toEqual({
        ...hook,
        enabled: false,
      });
      expect(await registry().findHook(hook.name)).toEqual({ ...hook, enabled: false });
      expect(await registry().setHookEnabled(hook.name, true)).toEqual(hook);
    });

    test("refuses to switch a hook that is not there", async () => {
      await expect(registry().setHookEnabled("nobody", true)).rejects.toMatchObject({
        code: "HOOK_NOT_FOUND",
        message: containing('"nobody"'),
      });
    });

    test("lets one of many registrations under one name win", async () => {
      const name = unique("hook");

      const results = await Promise.allSettled(
        Array.from({ length: 10 }, (_, priority) =>
          registry().addHook(sampleHook({ name, priority })),
        ),
      );

      expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    });
  });
}

function describeExecutions(registry: () => Registry): void {
  describe("the ledger of hook executions", () => {
    test("A13: keeps the workflow, step and session that an execution belongs to", async () => {
      const executionId = unique("execution");
      const execution = sampleExecution({
        executionId,
        workflowId: "wf-123",
        step: "task-456",
        session: "session-789",
      });

      await registry().recordHookExecution(execution);

      expect(await registry().findHookExecution(executionId)).toEqual(execution);
    });

    test("keeps the first record of an execution id and gives it to whoever records it again", async () => {
      const executionId = unique("execution");
      const first = sampleExecution({
        executionId,
        outcome: { outcome: "cancel", reason: "no secrets" },
      });
      await registry().recordHookExecution(first);

      const kept = await registry().recordHookExecution(
        sampleExecution({ executionId, status: "failed", durationMs: 1 }),
      );

      expect(kept).toEqual(first);
      expect(await registry().findHookExecution(executionId)).toEqual(first);
    });

    test("gives all who record one execution at once the same record", async () => {
      const executionId = unique("execution");

      const kept = await Promise.all(
        Array.from({ length: 20 }, (_, attempt) =>
          registry().recordHookExecution(sampleExecution({ executionId, attempt })),
        ),
      );

      expect(new Set(kept.map(({ attempt }) => attempt)).size).toBe(1);
    });

    test("gives back every field, characters that PostgreSQL text lacks included", async () => {
      const execution: HookExecution = {
        executionId: unique("execution"),
        workflowId: "wf",
        runId: "run",
        pattern: "sample",
        point: "step.after",
        hook: "guard",
        source: "step:build",
        step: "build",
        instance: "3.0",
        session: "s",
        attempt: 2,
        status: "failed",
        outcome: {
          outcome: "modify",
          input: { text: "\u0000\ud800" },
          state: { seen: true },
          inject: [{ content: "look", strategy: "user_message" }],
          message: "changed",
          stop: { reason: "enough" },
        },
        error: { type: "CommandFailed", message: "exit 1 \u0000", details: { exitCode: 1 } },
        input: [null, "\u0000", { deep: [1] }],
        startedAt: new Date("2026-01-02T03:04:05.678Z"),
        durationMs: 0.125,
      };

      await registry().recordHookExecution(execution);

      expect(await registry().findHookExecution(execution.executionId)).toEqual(execution);
    });

    test("keeps an input of null apart from none", async () => {
      const [withNull, without] = [unique("execution"), unique("execution")];
      await registry().recordHookExecution(sampleExecution({ executionId: withNull, input: null }));
      await registry().recordHookExecution(sampleExecution({ executionId: without }));

      expect(await registry().findHookExecution(withNull)).toHaveProperty("input", null);
      expect(await registry().findHookExecution(without)).not.toHaveProperty("input");
    });

    test("finds nothing under an id that nobody recorded", async () => {
      expect(await registry().findHookExecution(unique("nobody"))).toBeUndefined();
    });

    test("lists the newest first by start, the later recorded first among equals, filtered and limited", async () => {
      const workflowId = unique("wf");
      const at = (minute: number): Date => new Date(Date.UTC(2026, 0, 1, 0, minute));
      const add = (id: string, minute: number, more: Partial<HookExecution>): Promise<unknown> =>
        registry().recordHookExecution(
          sampleExecution({
            executionId: `${workflowId}/${id}`,
            workflowId,
            startedAt: at(minute),
            ...more,
          }),
        );
      await add("b", 2, { hook: "guard", status: "timeout" });
      await add("c", 3, { hook: "other", session: workflowId });
      await add("a", 1, { hook: "guard", point: "run.before" });
      await add("c2", 3, { hook: "guard" });
      const list = async (filter: Parameters<Registry["listHookExecutions"]>[0]) =>
        (await registry().listHookExecutions({ workflowId, ...filter })).map(
          (one) => one.executionId.split("/")[1],
        );

      expect(await list({})).toEqual(["c2", "c", "b", "a"]);
      expect(await list({ limit: 2 })).toEqual(["c2", "c"]);
      expect(await list({ limit: 0 })).toEqual([]);
      expect(await list({ hook: "guard" })).toEqual(["c2", "b", "a"]);
      expect(await list({ status: "timeout" })).toEqual(["b"]);
      expect(await list({ point: "run.before" })).toEqual(["a"]);
      expect(await list({ session: workflowId })).toEqual(["c"]);
    });

    test("C21: gives history by hook newest first, and by correlation oldest first", async () => {
      const [hook, correlation] = [unique("hook"), unique("correlation")];
      for (const minute of [2, 1, 3])
        await registry().recordHookExecution(
          sampleExecution({
            executionId: `${hook}/${minute}`,
            hook,
            startedAt: new Date(Date.UTC(2026, 0, 1, 0, minute)),
            ...(minute === 3 ? {} : { correlation, tags: ["audit"] }),
          }),
        );
      const minutes = async (filter: Parameters<Registry["listHookExecutions"]>[0]) =>
        (await registry().listHookExecutions(filter)).map((one) =>
          Number(one.executionId.split("/")[1]),
        );

      expect(await minutes({ hook, limit: 2 })).toEqual([3, 2]);
      expect(await minutes({ correlation, order: "oldest" })).toEqual([1, 2]);
      expect(await minutes({ hook, tag: "audit" })).toEqual([2, 1]);
      const since = new Date(Date.UTC(2026, 0, 1, 0, 2));
      expect(await minutes({ hook, since })).toEqual([3, 2]);
      expect(await minutes({ hook, until: since })).toEqual([1]);
    });

    test("keeps what a hook was asked, apart from the record, and nothing where nothing was given", async () => {
      const executionId = unique("execution");
      const recording = {
        hook: sampleHook({ name: "guard" }),
        event: {
          id: executionId,
          point: "step.before",
          hook: "guard",
          run: { id: "r", workflowId: "w", pattern: "p", version: "1.0.0" },
          state: { text: "\u0000" },
          workspace: "w",
        },
      };
      const execution = sampleExecution({ executionId });

      await registry().recordHookExecution(execution, recording);

      expect(await registry().findRecording(executionId)).toEqual(recording);
      expect(await registry().findHookExecution(executionId)).toEqual(execution);
      expect(await registry().findRecording(unique("nobody"))).toBeUndefined();
    });

    test("lists the newest 100 when no limit is given", async () => {
      const workflowId = unique("wf");
      await Promise.all(
        Array.from({ length: 101 }, (_, index) =>
          registry().recordHookExecution(
            sampleExecution({ executionId: `${workflowId}/${index}`, workflowId }),
          ),
        ),
      );

      expect(await registry().listHookExecutions({ workflowId })).toHaveLength(100);
      expect(await registry().listHookExecutions({ workflowId, limit: 200 })).toHaveLength(101);
    });
  });
}

function describeStatistics(registry: () => Registry): void {
  describe("statistics", () => {
    const NOTHING = {
      count: 0,
      success: 0,
      failure: 0,
      timeouts: 0,
      meanSeconds: null,
      p50Seconds: null,
      p95Seconds: null,
      p99Seconds: null,
    };

    test("A19: counts 1.5 s that succeeded and 2.0 s that failed as two, one each, mean 1.75 s", async () => {
      const pattern = unique("p");
      expect(await registry().patternStatistics(pattern)).toEqual(NOTHING);

      await registry().recordRun(
        sampleRun({ workflowId: "w1", runId: pattern, pattern, seconds: 1.5 }),
      );
      await registry().recordRun(
        sampleRun({ workflowId: "w2", runId: pattern, pattern, seconds: 2, succeeded: false }),
      );

      expect(await registry().patternStatistics(pattern)).toEqual({
        count: 2,
        success: 1,
        failure: 1,
        timeouts: 0,
        meanSeconds: 1.75,
        p50Seconds: 1.5,
        p95Seconds: 2,
        p99Seconds: 2,
      });
    });

    test("counts a run once however often its end is told, and runs of one workflow apart", async () => {
      const pattern = unique("p");
      const run = sampleRun({ workflowId: pattern, runId: "first", pattern, seconds: 3 });

      await Promise.all(Array.from({ length: 5 }, () => registry().recordRun(run)));
      await registry().recordRun({ ...run, succeeded: false, seconds: 9 });
      await registry().recordRun({ ...run, runId: "second", seconds: 5 });

      expect(await registry().patternStatistics(pattern)).toMatchObject({
        count: 2,
        success: 2,
        failure: 0,
        meanSeconds: 4,
      });
    });

    test("gives as p95 the duration that 95 % of the runs took at most", async () => {
      const pattern = unique("p");
      for (let seconds = 40; seconds >= 1; seconds -= 1) {
        await registry().recordRun(
          sampleRun({ workflowId: `${pattern}-${seconds}`, pattern, seconds }),
        );
      }

      expect(await registry().patternStatistics(pattern)).toMatchObject({
        count: 40,
        meanSeconds: 20.5,
        p95Seconds: 38,
      });
    });

    test("A14: counts three executions of a hook as three that succeeded, and keeps the input of each", async () => {
      const hook = unique("hook");
      expect(await registry().hookStatistics(hook)).toEqual(NOTHING);
      for (const [index, durationMs] of [100, 200, 600].entries()) {
        await registry().recordHookExecution(
          sampleExecution({ executionId: `${hook}/${index}`, hook, durationMs, input: { index } }),
        );
      }

      expect(await registry().hookStatistics(hook)).toEqual({
        count: 3,
        success: 3,
        failure: 0,
        timeouts: 0,
        meanSeconds: 0.3,
        p50Seconds: 0.2,
        p95Seconds: 0.6,
        p99Seconds: 0.6,
      });
      expect(await registry().listHookExecutions({ hook, limit: 1 })).toMatchObject([
        { input: { index: 2 } },
      ]);
      expect((await registry().hookStatistics()).count).toBeGreaterThanOrEqual(3);
    });

    test("counts timeouts as failures, and skipped executions not at all", async () => {
      const hook = unique("hook");
      for (const status of ["completed", "failed", "timeout", "skipped"] as const) {
        await registry().recordHookExecution(
          sampleExecution({ executionId: `${hook}/${status}`, hook, status }),
        );
      }

      expect(await registry().hookStatistics(hook)).toMatchObject({
        count: 3,
        success: 1,
        failure: 2,
        timeouts: 1,
      });
    });

    test("C21: gives statistics by hook and by point, mean and percentiles in seconds", async () => {
      const [first, second, point] = [unique("a"), unique("b"), `custom:${unique("point")}`];
      const add = (hook: string, durationMs: number, more: Partial<HookExecution> = {}) =>
        registry().recordHookExecution(
          sampleExecution({ executionId: unique("e"), hook, point, durationMs, ...more }),
        );
      for (let ms = 100; ms >= 1; ms -= 1) await add(first, ms);
      await add(second, 30_000, { status: "timeout" });

      expect(await registry().hookStatisticsBy("hook", { point })).toEqual([
        expect.objectContaining({
          name: first,
          count: 100,
          p50Seconds: 0.05,
          p95Seconds: 0.095,
          p99Seconds: 0.099,
        }),
        expect.objectContaining({
          name: second,
          count: 1,
          failure: 1,
          timeouts: 1,
          p50Seconds: 30,
        }),
      ]);
      expect(await registry().hookStatisticsBy("point", { point })).toMatchObject([
        { name: point, count: 101, timeouts: 1 },
      ]);
      expect(await registry().hookStatisticsBy("point", { point, since: new Date() })).toEqual([]);
    });
  });
}

function describeAudit(registry: () => Registry): void {
  describe("the audit log", () => {
    test("says who registered a pattern and changed its status, newest first, and nothing of what changed nothing", async () => {
      const name = unique("p");
      const pattern = samplePattern({ name });
      await registry().registerPattern(pattern);
      await registry().registerPattern(pattern);
      await registry().setPatternStatus(name, "1.0.0", "deprecated");
      await registry().setPatternStatus(name, "1.0.0", "deprecated");

      const entries = await registry().listAudit({ subject: `${name}@1.0.0` });

      expect(entries).toEqual([
        {
          at: anyOf(Date),
          actor: "ada",
          action: "pattern.statusChanged",
          subject: `${name}@1.0.0`,
          details: { from: "active", to: "deprecated" },
        },
        {
          at: anyOf(Date),
          actor: "ada",
          action: "pattern.registered",
          subject: `${name}@1.0.0`,
          details: { digest: pattern.plan.digest, status: "active" },
        },
      ]);
    });

    test("says who added, switched and removed a hook", async () => {
      const name = unique("hook");
      await registry().addHook(sampleHook({ name }));
      await registry().setHookEnabled(name, true);
      await registry().setHookEnabled(name, false);
      await registry().setHookEnabled(name, true);
      await registry().removeHook(name);
      await registry().removeHook(name);

      const entries = await registry().listAudit({ subject: name });

      expect(entries.map(({ action }) => action)).toEqual([
        "hook.removed",
        "hook.enabled",
        "hook.disabled",
        "hook.added",
      ]);
      expect(await registry().listAudit({ subject: name, action: "hook.added" })).toMatchObject([
        { actor: "ada", details: { on: "step.before", enabled: true } },
      ]);
      expect(await registry().listAudit({ subject: name, limit: 1 })).toHaveLength(1);
    });
  });
}

function describeRetention(open: () => Promise<RegistryUnderTest>): void {
  describe("retention", () => {
    let registry: Registry;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ registry, close } = await open());
    });
    afterAll(() => close());

    test("A14: retention of zero days leaves no execution, run or older audit entry", async () => {
      await registry.recordHookExecution(sampleExecution({ executionId: "e1" }));
      await registry.recordRun(sampleRun({ workflowId: "w1" }));
      await registry.addHook(sampleHook({ name: "h" }));

      const pruned = await registry.pruneRecords(new Date(Date.now() + A_DAY_MS));

      expect(pruned).toEqual({ hookExecutions: 1, runs: 1, auditEntries: 1 });
      expect(await registry.listHookExecutions()).toEqual([]);
      expect((await registry.patternStatistics("sample")).count).toBe(0);
      expect(await registry.listHooks()).toHaveLength(1);
      expect(await registry.listAudit()).toMatchObject([
        { actor: "bob", action: "records.pruned", details: { hookExecutions: 1 } },
      ]);
    });

    test("deletes what started before the moment and keeps what started at it or later", async () => {
      const moment = new Date("2026-02-01T00:00:00.000Z");
      const add = (executionId: string, offsetMs: number): Promise<unknown> =>
        registry.recordHookExecution(
          sampleExecution({ executionId, startedAt: new Date(moment.getTime() + offsetMs) }),
        );
      await add("before", -1);
      await add("at", 0);
      await add("after", 1);

      expect(await registry.pruneRecords(moment)).toMatchObject({ hookExecutions: 1 });

      const kept = await registry.listHookExecutions();
      expect(kept.map(({ executionId }) => executionId)).toEqual(["after", "at"]);
    });

    const NOW = new Date("2026-06-01T00:00:00.000Z");
    const addOld = (executionId: string, days: number, priority = 0): Promise<unknown> =>
      registry.recordHookExecution(
        sampleExecution({
          executionId,
          priority,
          startedAt: new Date(NOW.getTime() - days * A_DAY_MS),
        }),
      );
    const keptIds = async (): Promise<readonly string[]> =>
      (await registry.listHookExecutions()).map(({ executionId }) => executionId);
    const empty = (): Promise<unknown> => registry.pruneRecords(new Date(Date.now() + A_DAY_MS));

    test("C21: older than 90 days with ceiling 50 deletes the two of priority 0 and keeps priority 100", async () => {
      await empty();
      await addOld("old-1", 91);
      await addOld("old-2", 100);
      await addOld("important", 100, 100);
      await addOld("young", 10);

      const policy = { maxAgeMs: 90 * A_DAY_MS, priorityCeiling: 50 };

      expect(await registry.retainHookExecutions(policy, NOW)).toEqual({ byAge: 2, byCount: 0 });
      expect(await keptIds()).toEqual(["young", "important"]);
      expect(await registry.retainHookExecutions(policy, NOW)).toEqual({ byAge: 0, byCount: 0 });
    });

    test("deletes by count the least important first, and of those the oldest", async () => {
      await empty();
      await addOld("oldest-but-important", 9, 5);
      await addOld("old", 3);
      await addOld("young", 2);
      await addOld("youngest", 1);

      const deleted = await registry.retainHookExecutions({ maxCount: 2 }, NOW);

      expect(deleted).toEqual({ byAge: 0, byCount: 2 });
      expect(await keptIds()).toEqual(["youngest", "oldest-but-important"]);
    });

    test("the default preset gives priority 5 another week and keeps the newest hundred whatever their age", async () => {
      await empty();
      for (let index = 0; index < 100; index += 1) await addOld(`many-${index}`, 1);
      await addOld("past-a-week", 8);
      await addOld("past-a-week-but-important", 8, 5);
      await addOld("past-two-weeks", 15, 5);

      const deleted = await registry.retainHookExecutions(RETENTION_PRESETS.default, NOW);

      expect(deleted).toEqual({ byAge: 2, byCount: 0 });
      expect(await registry.findHookExecution("past-a-week-but-important")).toBeDefined();
      expect(await registry.retainHookExecutions(RETENTION_PRESETS.all, NOW)).toEqual({
        byAge: 0,
        byCount: 0,
      });
      await registry.retainHookExecutions({ ...RETENTION_PRESETS.default, maxAgeMs: 0 }, NOW);
      expect(await registry.listHookExecutions()).toHaveLength(100);
      expect(await registry.retainHookExecutions(RETENTION_PRESETS.short, NOW)).toEqual({
        byAge: 0,
        byCount: 0,
      });
    });

    test("lets one at a time do work of one name, and says so to the others", async () => {
      let started = (): void => undefined;
      const running = new Promise<void>((resolve) => {
        started = resolve;
      });
      let finish = (): void => undefined;
      const finished = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const first = registry.exclusively("sweep", async () => {
        started();
        await finished;
      });
      await running;

      const done: string[] = [];
      const work = (name: string) => async () => {
        done.push(name);
      };
      expect(await registry.exclusively("sweep", work("second"))).toBe(false);
      expect(await registry.exclusively("other", work("other"))).toBe(true);
      finish();

      expect(await first).toBe(true);
      expect(await registry.exclusively("sweep", work("third"))).toBe(true);
      expect(done).toEqual(["other", "third"]);
    });

    test("trusts a folder by the last fingerprint, and forgets it once", async () => {
      const folder = `/srv/${unique("folder")}`;
      expect(await registry.findTrustedFolder(folder)).toBeUndefined();

      await registry.trustFolder(folder, "first");
      await registry.trustFolder(folder, "second");

      expect(await registry.findTrustedFolder(folder)).toMatchObject({
        folder,
        fingerprint: "second",
        trustedBy: "bob",
      });
      expect(await registry.untrustFolder(folder)).toBe(true);
      expect(await registry.untrustFolder(folder)).toBe(false);
      expect(await registry.findTrustedFolder(folder)).toBeUndefined();
      expect(await registry.listAudit({ subject: folder })).toMatchObject([
        { action: "folder.untrusted" },
        { action: "folder.trusted", details: { fingerprint: "second" } },
        { action: "folder.trusted" },
      ]);
    });

    test("deletes values only when asked for values, and tells a reader so", async () => {
      const { "$heddle.ref": digest } = await registry.putValue({ some: "value" });
      await registry.pruneRecords(new Date(Date.now() + A_DAY_MS));
      expect(await registry.getValue(digest)).toEqual({ some: "value" });

      expect(await registry.pruneValues(new Date(Date.now() - A_DAY_MS))).toBe(0);
      expect(await registry.pruneValues(new Date(Date.now() + A_DAY_MS))).toBe(1);

      await expect(registry.getValue(digest)).rejects.toMatchObject({ code: "VALUE_NOT_FOUND" });
    });
  });
}

function describeCache(registry: () => Registry): void {
  test("keeps a result until it expires; the last one kept under a key wins", async () => {
    const key = unique("cache");
    expect(await registry().getCached(key)).toBeUndefined();

    await registry().putCached(key, { text: "nul \u0000" }, 60_000);
    await registry().putCached(key, null, 60_000);
    expect(await registry().getCached(key)).toEqual({ output: null });

    await registry().putCached(key, 1, 0);
    expect(await registry().getCached(key)).toBeUndefined();
  });
}
