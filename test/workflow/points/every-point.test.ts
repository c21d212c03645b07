/** C29: every name of every vocabulary fires, once and at its moment, in a real run, session or worker. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { createHeddleClient } from "../../../src/client/index.ts";
import { isJsonArray, type JsonObject } from "../../../src/core/index.ts";
import { ALIASES, normalizeHook } from "../../../src/hooks/index.ts";
import type { HookExecution } from "../../../src/registry/index.ts";
import { startContinuingServer, type ContinuingServer } from "../../support/continuing-server.ts";
import {
  endingOf,
  planOf,
  progressOf,
  startDocument,
  untilWaiting,
  type TestDocument,
} from "../../support/documents.ts";
import { startEngine, type Engine } from "../../support/engine.ts";
import { createMemoryRegistry } from "../../support/memory-registry.ts";
import { DOCUMENTS } from "./documents.ts";
import { allNames, type Name, type Stage } from "./places.ts";

const FIRING = [join(import.meta.dirname, "../../fixtures/functions/firing.ts")];
const NAMES = allNames();
const hookOf = (name: Name): string => `n${String(NAMES.indexOf(name))}`;

/** The registration under a name, with a handler of its own and whatever keeps it to one moment. */
function registrationOf(name: Name): JsonObject {
  const { match, metadata } = name.place;
  return {
    name: hookOf(name),
    on: name.name,
    handler: { function: `watch-${String(NAMES.indexOf(name))}` },
    dispatch: "local",
    ...(match === undefined ? {} : { match }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

function namesOn(stage: Stage): readonly Name[] {
  return NAMES.filter(({ place }) => place.stage === stage);
}

function withHooks(stage: keyof typeof DOCUMENTS): TestDocument {
  const document = DOCUMENTS[stage];
  const given = document["hooks"] ?? [];
  const own = isJsonArray(given) ? given : [];
  return { ...document, hooks: [...own, ...namesOn(stage).map(registrationOf)] };
}

let engine: Engine;
let lived: Engine;
let far: Engine;
let server: ContinuingServer;

beforeAll(async () => {
  const registry = createMemoryRegistry();
  for (const name of [...namesOn("session"), ...namesOn("worker")]) {
    const read = normalizeHook(registrationOf(name), "registry", () => {
      throw new Error("no conditions here");
    });
    if (!read.ok) throw new Error(JSON.stringify(read.error));
    for (const hook of read.value) await registry.addHook(hook);
  }
  [engine, lived, server] = await Promise.all([
    startEngine({ name: "points", functions: FIRING }),
    startEngine({
      name: "points-worker",
      functions: FIRING,
      registry,
      system: { intervalMs: 50, maintenanceMs: 1 },
    }),
    startContinuingServer(40),
  ]);
  far = await startEngine({ name: "points-far", functions: FIRING, address: server.address });
});
afterAll(async () => {
  await Promise.all([engine.stop(), lived.stop(), far.stop()]);
  await server.stop();
});

/** What fired, by the name that its hook was registered under. */
async function fired(where: Engine, stage: Stage): Promise<Record<string, readonly string[]>> {
  const executions = await where.registry.listHookExecutions({ limit: 10_000 });
  const of = (name: Name): readonly HookExecution[] =>
    executions.filter(({ hook }) => hook === hookOf(name));
  return Object.fromEntries(
    namesOn(stage).map((name) => [name.name, of(name).map(momentOf).sort()]),
  );
}

function momentOf({ point, step }: HookExecution): string {
  return step === undefined ? point : `${point} ${step}`;
}

/** Once, at the point of the name and the step of its place. */
function expected(stage: Stage): Record<string, readonly unknown[]> {
  return Object.fromEntries(
    namesOn(stage).map(({ name, point, place }) => {
      const [step] = (place.step ?? "").split("|");
      const either = place.step?.includes("|") === true;
      const exact = place.step === undefined ? point : `${point} ${step ?? ""}`;
      return [name, [either ? (expect.stringContaining(point) as unknown) : exact]];
    }),
  );
}

describe("C29: every point", () => {
  it("C29: fires under each of its names, once and where the table says, in a run that has every kind of step", async () => {
    const handle = await startDocument(engine, withHooks("all"));
    await untilWaiting(handle, "ask");
    await handle.executeUpdate("approve", { args: [{ id: "ask", decision: "deny" }] });
    await vi.waitFor(
      async () => {
        const { pendingApprovals } = await progressOf(handle);
        expect(pendingApprovals.map(({ id }) => id)).toEqual(["p_agent:step.before"]);
      },
      { timeout: 60_000, interval: 20 },
    );
    const yes = { id: "p_agent:step.before", decision: "approve" };
    await handle.executeUpdate("approve", { args: [yes] });

    expect(await endingOf(handle)).toMatchObject({ status: "succeeded" });
    expect(await fired(engine, "all")).toEqual(expected("all"));
  });

  it("C29: fires for the undo and the end of a run that fails", async () => {
    const handle = await startDocument(engine, withHooks("fails"));
    expect(await endingOf(handle)).toMatchObject({ status: "failed" });
    expect(await fired(engine, "fails")).toEqual(expected("fails"));
  });

  it("C29: fires for a run that is cancelled", async () => {
    const handle = await startDocument(engine, withHooks("cancelled"));
    await untilWaiting(handle, "stuck");
    await handle.cancel();
    expect(await endingOf(handle)).toEqual({ status: "cancelled" });
    expect(await fired(engine, "cancelled")).toEqual(expected("cancelled"));
  });

  it("C29: fires for a run that continues as new", async () => {
    const handle = await startDocument(far, withHooks("continued"));
    expect(await endingOf(handle)).toMatchObject({ status: "succeeded" });
    const all = await fired(far, "continued");
    for (const { name, point } of namesOn("continued")) {
      expect(all[name]?.length, name).toBeGreaterThan(0);
      expect(new Set(all[name]), name).toEqual(new Set([point]));
    }
  });

  it("C29: fires for sessions, and for a run that takes over what another version of its pattern left there", async () => {
    const client = await createHeddleClient({
      connection: lived.client.connection,
      taskQueue: lived.taskQueue,
    });
    const session = client.session("points");
    await session.start({ state: { shape: 1 } });
    await vi.waitFor(
      async () => {
        expect((await session.show()).checkpoints).toHaveLength(1);
      },
      { timeout: 60_000, interval: 20 },
    );
    for (const version of ["1.0.0", "2.0.0"]) {
      const plan = planOf({ ...withHooks("joins"), version });
      expect(await lived.run(plan, null, { session: "points", version })).toMatchObject({
        it: { seen: { shape: 1 } },
      });
    }
    await session.restore();
    await session.end();
    await lived.client.workflow.getHandle(session.workflowId).result();

    expect(await fired(lived, "joins")).toEqual(expected("joins"));
    expect(await fired(lived, "session")).toEqual(expected("session"));
  });

  it("C29: fires for a worker: its start, its daily work, its use of the machine, changed hooks, its end", async () => {
    const { registry } = lived;
    const [late] = await registry.listHooks();
    if (late === undefined) throw new Error("no hooks");
    await registry.addHook({ ...late, name: "late", on: "custom:late" });
    const names = namesOn("worker").filter(({ point }) => point !== "system.shutdown");
    await vi.waitFor(
      async () => {
        const now = await fired(lived, "worker");
        for (const { name } of names) expect(now[name]?.length, name).toBeGreaterThan(0);
      },
      { timeout: 60_000, interval: 50 },
    );
    await lived.restart();

    const all = await fired(lived, "worker");
    for (const { name, point, place } of namesOn("worker")) {
      expect(new Set(all[name]), name).toEqual(new Set([point]));
      // The worker that was started after it told of itself as well.
      const restarted = !["system.shutdown", "system.configChanged"].includes(point);
      if (place.repeats !== true) expect(all[name]?.length, name).toBeLessThan(restarted ? 3 : 2);
    }
  });

  it("C29: says why for each name that cannot occur here, and all of those are about the model's own client", () => {
    const never = ALIASES.filter((alias) => alias.never !== undefined);
    expect(new Set(never.map(({ vocabulary }) => vocabulary))).toEqual(new Set(["claude"]));
    expect(NAMES.length).toBeGreaterThan(200);
  });
});
