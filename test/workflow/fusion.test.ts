/**
 * Chains of local steps run as one activity. Whatever a run shows must be the same with `coordination.fusion: false`:
 * every document here, and every control-flow example with all its work made local, runs both ways.
 */
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Duration } from "@temporalio/common";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";

import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../src/core/index.ts";
import { allSteps } from "../../src/patterns/plan-steps.ts";
import type { StepReport } from "../../src/workflows/messages.ts";
import { finish, planOf, untilStep, type Ran, type TestDocument } from "../support/documents.ts";
import { startEngine, type Engine } from "../support/engine.ts";
import { BASIC } from "./control-flow/basic.ts";
import type { World } from "./control-flow/case.ts";
import { INSTANCES } from "./control-flow/instances.ts";
import { STATE } from "./control-flow/state.ts";
import { createWorld } from "./control-flow/world.ts";

const FUNCTIONS = resolve(import.meta.dirname, "../fixtures/functions/language.ts");
const FOLDER = resolve(import.meta.dirname, "../../examples/control-flow");

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ name: "fusion", functions: [FUNCTIONS] });
});
afterAll(() => engine.stop());

/** A local activity hears that it is cancelled when its workflow task is prolonged: after 80 % of the task's time. */
const HEARS_SOON = "3s";

type Drive = (world: World) => Promise<void>;

interface Both {
  readonly fused: Ran;
  readonly plain: Ran;
  readonly chains: number;
}

async function runBoth(
  document: TestDocument,
  input: JsonValue = null,
  drive?: Drive,
  // What is local runs again with a workflow task that took too long, and its effects are counted here.
  workflowTaskTimeout: Duration = "1m",
): Promise<Both> {
  const coordination = (document["coordination"] ?? {}) as JsonObject; // as: a document's own settings
  const start = async (fusion: boolean): Promise<Ran> => {
    const plan = planOf({
      ...document,
      ...(document.name === undefined ? {} : { name: `${document.name}-${String(fusion)}` }),
      coordination: { ...coordination, fusion },
    });
    await engine.register(plan);
    const handle = await engine.client.workflow.start(plan.name, {
      taskQueue: engine.taskQueue,
      workflowId: `${plan.name}-${randomUUID()}`,
      workflowTaskTimeout,
      args: [input],
    });
    const [ran] = await Promise.all([
      finish(handle),
      drive?.(createWorld(engine.client, handle.workflowId)),
    ]);
    return ran;
  };
  const [fused, plain] = await Promise.all([start(true), start(false)]);
  expect(await markersOf(plain, "chain")).toBe(0);
  return { fused, plain, chains: await markersOf(fused, "chain") };
}

/** How many local activities of a type a run recorded. */
async function markersOf(ran: Ran, type: string): Promise<number> {
  const { events } = await engine.history(ran.handle);
  return (events ?? [])
    .map(({ markerRecordedEventAttributes: marker }) => textOf(marker?.details))
    .filter((text) => text.includes(`"activity_type":"${type}"`)).length;
}

type Marker = NonNullable<
  NonNullable<
    Awaited<ReturnType<Engine["history"]>>["events"]
  >[number]["markerRecordedEventAttributes"]
>;

function textOf(details: Marker["details"]): string {
  const payloads = Object.values(details ?? {}).flatMap((part) => part.payloads ?? []);
  return payloads.map(({ data }) => Buffer.from(data ?? []).toString("utf8")).join();
}

/** What people see of a run, without what no two runs have in common. */
function shownOf({ status, output, error, steps }: Ran): object {
  const shown = Object.entries(steps).map(([name, step]) => [name, timeless(step)] as const);
  shown.sort(([left], [right]) => left.localeCompare(right));
  return { status, output: output ?? null, error: error ?? null, steps: Object.fromEntries(shown) };
}

function timeless({ startedAt, finishedAt, ...step }: StepReport): object {
  return { ...step, started: startedAt !== undefined, finished: finishedAt !== undefined };
}

const local = (step: JsonObject): JsonObject => ({ ...step, dispatch: "local" });
const echo = (value: JsonValue, more: JsonObject = {}): JsonObject =>
  local({ call: "echo", with: value, ...more });
const quick = { maximumAttempts: 3, initialInterval: "10ms", backoffCoefficient: 1 };

interface Case {
  readonly says: string;
  readonly document: TestDocument;
  readonly input?: JsonValue;
  readonly workflowTaskTimeout?: Duration;
  readonly chains: number;
  readonly statuses: Readonly<Record<string, string>>;
}

const CASES: readonly Case[] = [
  {
    says: "hands each member's output to the next, mapping and schema included",
    document: {
      steps: {
        a: echo({ n: "${{ input.n }}" }),
        b: echo("${{ steps.a.output.n + 1 }}", {
          output: { n: "${{ output }}", by: "${{ run.pattern != null }}" },
        }),
        c: local({
          call: "double",
          with: { n: "${{ steps.a.output.n + steps.b.output.n }}" },
          outputSchema: { properties: { more: { default: 7 } } },
        }),
        d: local({ run: ["echo", "${{ steps.c.output.n }}", "${{ steps.c.output.more }}"] }),
      },
      output: { d: "${{ steps.d.output.stdout }}", b: "${{ steps.b.output }}" },
    },
    input: { n: 4 },
    chains: 1,
    statuses: { a: "succeeded", b: "succeeded", c: "succeeded", d: "succeeded" },
  },
  {
    says: "stops at a member whose condition does not hold, and goes on behind it",
    document: {
      steps: {
        a: echo(1),
        b: echo("${{ steps.a.output }}", { if: "${{ steps.a.output > 0 }}" }),
        c: echo(2, { needs: ["b"], if: "${{ steps.b.output > 1 }}" }),
        d: echo("${{ steps.c.output }}", { join: "done" }),
        e: echo("${{ steps.d.output }}"),
      },
    },
    chains: 2,
    statuses: { a: "succeeded", b: "succeeded", c: "skipped", d: "succeeded", e: "succeeded" },
  },
  {
    says: "fails the member that fails, with its own error, and skips the rest",
    document: {
      coordination: { failFast: false },
      steps: {
        a: echo(1),
        b: local({ call: "broken", needs: ["a"], retry: quick }),
        c: echo(3, { needs: ["b"] }),
        d: echo(4, { needs: ["c"] }),
      },
    },
    chains: 1,
    statuses: { a: "succeeded", b: "failed", c: "skipped", d: "skipped" },
  },
  {
    says: "cancels what has not begun where a member fails fast",
    document: {
      steps: {
        a: echo(1),
        b: local({ call: "broken", needs: ["a"], retry: { maximumAttempts: 1 } }),
        c: echo(3, { needs: ["b"] }),
        d: echo(4, { needs: ["c"] }),
      },
    },
    chains: 1,
    statuses: { a: "succeeded", b: "failed", c: "cancelled", d: "cancelled" },
  },
  {
    says: "stops where a step beside it fails fast",
    document: {
      steps: {
        a: echo(1),
        b: local({ run: "touch began; sleep 60", needs: ["a"] }),
        c: echo(3, { needs: ["b"] }),
        d: echo(4, { needs: ["c"] }),
        bad: {
          run: "until test -e began; do sleep 0.05; done; false",
          retry: { maximumAttempts: 1 },
        },
      },
    },
    workflowTaskTimeout: HEARS_SOON,
    chains: 1,
    statuses: { a: "succeeded", b: "cancelled", c: "cancelled", d: "cancelled", bad: "failed" },
  },
  {
    says: "goes on behind a failure that may happen",
    document: {
      steps: {
        a: local({ run: ["false"], retry: quick, onError: "continue" }),
        b: echo("${{ steps.a.error.type }}", { join: "done" }),
        c: echo("${{ steps.b.output }}"),
      },
    },
    chains: 2,
    statuses: { a: "failed", b: "succeeded", c: "succeeded" },
  },
  {
    says: "counts the attempts of a member that succeeds at its second",
    document: {
      steps: {
        a: echo(1),
        b: local({
          run: "echo x >> tries; test $(wc -l < tries) -eq 2",
          needs: ["a"],
          retry: { ...quick, backoff: "linear", jitter: "full" },
        }),
        c: echo(3, { needs: ["b"] }),
      },
    },
    chains: 1,
    statuses: { a: "succeeded", b: "succeeded", c: "succeeded" },
  },
  {
    says: "leaves a pause that is long to the workflow",
    document: {
      steps: {
        a: echo(1),
        b: local({
          run: "echo x >> tries; test $(wc -l < tries) -eq 2",
          needs: ["a"],
          retry: { maximumAttempts: 2, initialInterval: "6s" },
        }),
        c: echo(3, { needs: ["b"] }),
        d: echo(4, { needs: ["c"] }),
      },
    },
    chains: 3,
    statuses: { a: "succeeded", b: "succeeded", c: "succeeded", d: "succeeded" },
  },
  {
    says: "limits the time of each member by its own timeout",
    document: {
      coordination: { failFast: false },
      steps: {
        a: echo(1),
        b: local({
          run: ["sleep", "60"],
          needs: ["a"],
          timeout: "200ms",
          retry: { maximumAttempts: 2, initialInterval: "10ms" },
        }),
        c: echo(3, { needs: ["b"] }),
      },
    },
    chains: 1,
    statuses: { a: "succeeded", b: "failed", c: "skipped" },
  },
  {
    says: "fails a member whose expression cannot be evaluated",
    document: {
      coordination: { failFast: false },
      steps: {
        a: echo({ x: 1 }),
        b: echo("${{ steps.a.output.y.z }}"),
        c: echo(3, { needs: ["b"] }),
      },
    },
    chains: 2,
    statuses: { a: "succeeded", b: "failed", c: "skipped" },
  },
  {
    says: "fails a member whose output its schema refuses",
    document: {
      coordination: { failFast: false },
      steps: {
        a: echo("text", { outputSchema: { type: "number" } }),
        b: echo(2, { needs: ["a"] }),
      },
    },
    chains: 1,
    statuses: { a: "failed", b: "skipped" },
  },
  {
    says: "passes a large output by reference",
    document: {
      steps: {
        a: local({ call: "long", with: { n: 70_000 } }),
        b: local({ call: "length-of", with: "${{ steps.a.output }}" }),
        c: echo("${{ steps.b.output }}", { output: "${{ output + 1 }}" }),
      },
    },
    chains: 1,
    statuses: { a: "succeeded", b: "succeeded", c: "succeeded" },
  },
  {
    says: "performs a fallback and then what follows it",
    document: {
      steps: {
        a: echo(1),
        b: local({
          call: "broken",
          needs: ["a"],
          retry: { maximumAttempts: 1 },
          fallback: { call: "echo", with: "instead" },
        }),
        c: echo("${{ steps.b.output }}"),
        d: echo("${{ steps.c.output }}"),
      },
    },
    chains: 2,
    statuses: { a: "succeeded", b: "succeeded", c: "succeeded", d: "succeeded" },
  },
  {
    says: "undoes its members in reverse, what failed midway first",
    document: {
      steps: {
        a: echo(1, { compensate: { run: "echo a >> undone" } }),
        b: echo(2, { needs: ["a"], compensate: { run: "echo b >> undone" } }),
        c: local({
          run: ["false"],
          needs: ["b"],
          retry: { maximumAttempts: 1 },
          compensate: { run: "echo c >> undone; cat undone" },
        }),
        d: echo(4, { needs: ["c"], compensate: { run: "echo d >> undone" } }),
      },
    },
    chains: 1,
    statuses: {
      ...{ a: "succeeded", b: "succeeded", c: "failed", d: "cancelled" },
      ...{
        "c:compensate": "compensated",
        "b:compensate": "compensated",
        "a:compensate": "compensated",
      },
    },
  },
  {
    says: "goes on with another agent where one hands over",
    document: {
      agents: {
        one: { handler: { command: ["sh", "-c", `echo '{"$handoff":"two","output":5}'`] } },
        two: { handler: { command: ["sh", "-c", "cat > /dev/null; echo 6"] } },
      },
      steps: {
        a: echo(1),
        b: local({ agent: "one", needs: ["a"] }),
        c: echo("${{ steps.b.output }}"),
        d: echo("${{ steps.c.output }}"),
      },
    },
    chains: 2,
    statuses: { a: "succeeded", b: "succeeded", c: "succeeded", d: "succeeded" },
  },
  {
    says: "fuses inside every iteration and every item",
    document: {
      steps: {
        l: {
          loop: {
            max: 2,
            onMax: "continue",
            while: "${{ true }}",
            steps: { a: echo("${{ iteration }}"), b: echo("${{ steps.a.output }}") },
          },
        },
        f: {
          foreach: { items: [1, 2] },
          group: { steps: { x: echo("${{ item }}"), y: echo("${{ steps.x.output * 2 }}") } },
        },
      },
    },
    chains: 4,
    statuses: {
      ...{
        l: "succeeded",
        "a[0]": "succeeded",
        "b[0]": "succeeded",
        "a[1]": "succeeded",
        "b[1]": "succeeded",
      },
      ...{ f: "succeeded", "f[0]": "succeeded", "f[1]": "succeeded" },
      ...{ "x[0]": "succeeded", "y[0]": "succeeded", "x[1]": "succeeded", "y[1]": "succeeded" },
    },
  },
  {
    says: "lets a step outside read any member",
    document: {
      steps: {
        a: echo(1),
        b: echo("${{ steps.a.output + 1 }}"),
        reader: echo({ a: "${{ steps.a.output }}", b: "${{ steps.b.output }}" }),
        other: echo("${{ steps.b.output }}"),
      },
    },
    chains: 1,
    statuses: { a: "succeeded", b: "succeeded", reader: "succeeded", other: "succeeded" },
  },
  {
    says: "is cut where a hook stands between two steps",
    document: {
      hooks: [
        {
          name: "between",
          on: "step.before",
          match: { step: "c" },
          handler: { command: ["true"] },
          dispatch: "local",
        },
      ],
      steps: {
        a: echo(1),
        b: echo(2, { needs: ["a"] }),
        c: echo(3, { needs: ["b"] }),
        d: echo(4, { needs: ["c"] }),
        e: echo(5, { needs: ["d"] }),
      },
    },
    chains: 2,
    statuses: { a: "succeeded", b: "succeeded", c: "succeeded", d: "succeeded", e: "succeeded" },
  },
];

describe("a chain of local steps", () => {
  it.concurrent.each(CASES.map((each) => [each.says, each] as const))(
    "%s",
    async (_says, { document, input, workflowTaskTimeout, chains, statuses }) => {
      const both = await runBoth(document, input, undefined, workflowTaskTimeout);

      expect(both.plain.statuses).toEqual(statuses);
      expect(shownOf(both.fused)).toEqual(shownOf(both.plain));
      expect(both.chains).toBe(chains);
    },
  );

  it("that is cancelled keeps what was done, and undoes it", async () => {
    const document: TestDocument = {
      steps: {
        a: echo(1, { compensate: { run: ["true"] } }),
        b: echo(2, { needs: ["a"], compensate: { run: ["true"] } }),
        c: local({ run: "touch began; sleep 60", needs: ["b"], compensate: { run: ["true"] } }),
        d: echo(4, { needs: ["c"], compensate: { run: ["true"] } }),
        e: echo(5, { needs: ["d"] }),
        seen: { run: "until test -e began; do sleep 0.05; done" },
      },
    };
    const cancel: Drive = async ({ handle }) => {
      await untilStep(handle, "seen", ({ status }) => status === "succeeded");
      await handle.cancel();
    };
    const { fused, plain, chains } = await runBoth(document, null, cancel, HEARS_SOON);

    expect(plain.statuses).toMatchObject({ a: "succeeded", b: "succeeded", c: "cancelled" });
    expect(plain.statuses).not.toHaveProperty("d:compensate");
    expect(shownOf(fused)).toEqual(shownOf(plain));
    expect(chains).toBe(1);
  });

  it("tells of each member when it began and ended", async () => {
    const { fused } = await runBoth({
      steps: {
        a: local({ run: ["sleep", "0.05"] }),
        b: local({ run: ["sleep", "0.05"], needs: ["a"] }),
      },
    });
    const moments = ["a", "b"].flatMap((id) => {
      const { startedAt = "", finishedAt = "" } = fused.steps[id] ?? {};
      return [Date.parse(startedAt), Date.parse(finishedAt)];
    });

    expect(moments).toEqual([...moments].sort((left, right) => left - right));
    expect(new Set(moments).size).toBeGreaterThan(2);
  });
});

/** The same document where what only stands for work, `set` and a short `wait`, is local work. */
function makeLocal(value: JsonValue): JsonValue {
  if (isJsonArray(value)) return value.map(makeLocal);
  if (!isJsonObject(value)) return value;
  const inside = Object.entries(value).map(([key, part]) => [key, makeLocal(part)]);
  const { set, wait, ...rest } = Object.fromEntries(inside) as JsonObject; // as: the same keys
  if (set !== undefined) return { ...rest, call: "echo", with: set, dispatch: "local" };
  if (wait === "10ms") return { ...rest, run: ["true"], dispatch: "local" };
  return wait === undefined ? rest : { ...rest, wait };
}

function localExample(text: string): TestDocument {
  const document = makeLocal(parse(text) as JsonObject) as TestDocument; // as: the example is a document
  const { heddle: _heddle, version: _version, ...rest } = document;
  return rest;
}

function fuses(document: TestDocument): boolean {
  return allSteps(planOf(document).steps).some(({ fusesWith }) => fusesWith !== undefined);
}

describe("every control-flow example with local work", () => {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(".yaml"));
  const cases = [...BASIC, ...INSTANCES, ...STATE].flatMap((each) => {
    const file = files.find((name) => name.startsWith(`${each.number}-`)) ?? "";
    const document = localExample(readFileSync(join(FOLDER, file), "utf8"));
    // A child is another pattern, whose work is not local.
    return each.children === undefined && fuses(document) ? [{ ...each, document }] : [];
  });

  it.concurrent.each(cases.map((each) => [`${each.number} ${each.says}`, each] as const))(
    "is the same fused: %s",
    async (_title, { document, input, drive }) => {
      const { fused, plain } = await runBoth(document, input ?? {}, drive);

      expect(shownOf(fused)).toEqual(shownOf(plain));
    },
  );

  it("is some of them", () => {
    expect(cases.length).toBeGreaterThan(1);
  });
});
