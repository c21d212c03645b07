// People's messages to agents, queued from the command line.
import { expect, it } from "vitest";

import { runCli } from "../../../src/cli/program.ts";
import type { JsonValue } from "../../../src/core/index.ts";
import { createMemoryRegistry } from "../../support/memory-registry.ts";
import { createFakeWorld } from "./fake-world.ts";

function createBench() {
  const registry = createMemoryRegistry();
  const absent = (): never => {
    throw new Error("these commands need the registry only");
  };
  return async (...args: readonly string[]) => {
    const fake = createFakeWorld({
      openLink: () => ({
        client: absent,
        registry: () => Promise.resolve(registry),
        countWorkers: absent,
        serve: absent,
        close: () => Promise.resolve(),
      }),
    });
    const exitCode = await runCli(["hook", ...args, "--json"], fake.world);
    const text = fake.stdout();
    return {
      exitCode,
      stderr: fake.stderr(),
      printed: text === "" ? null : (JSON.parse(text) as JsonValue),
    };
  };
}

it("D10: queues a message for the agents it names, shows it, and takes it back", async () => {
  const hook = createBench();
  const posted = await hook("message", "wf", "look again", "--to", "ada", "bob");
  expect(posted).toMatchObject({
    exitCode: 0,
    printed: { id: 1, content: "look again", source: "human", targets: ["ada", "bob"] },
  });
  expect(await hook("message", "wf")).toMatchObject({
    printed: { pending: [{ content: "look again" }], delivered: [] },
  });
  expect(await hook("message", "wf", "--take-back")).toMatchObject({
    exitCode: 0,
    printed: { takenBack: { id: 1 } },
  });
  expect(await hook("message", "wf", "--take-back")).toMatchObject({
    exitCode: 1,
    printed: { takenBack: null },
  });
});

it("refuses a message without content", async () => {
  const refused = await createBench()("message", "wf", " ");
  expect(refused.exitCode).not.toBe(0);
  expect(JSON.stringify(refused)).toContain("MESSAGE_INVALID");
});

it("lists the hooks that come with Heddle", async () => {
  const { printed } = await createBench()("builtins");
  expect(printed).toContainEqual({
    name: "gated-checkpoint",
    points: ["step.before", "step.authorize", "step.validate"],
    summary: "Refuses tools whose names fit a gated pattern until the run's state opens the gate.",
  });
});
