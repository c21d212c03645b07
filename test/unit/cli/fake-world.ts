import type { World } from "../../../src/cli/context.ts";
import { createRedactor } from "../../../src/core/index.ts";
import { createOutput, type Output, type Streams } from "../../../src/cli/output.ts";

/** A world in which nothing exists, and that remembers what was printed. Tests add what they need. */
export interface FakeWorld {
  readonly world: World;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly pictures: readonly string[];
}

export function createFakeWorld(
  parts: Partial<World> = {},
  options: { readonly interactive?: boolean } = {},
): FakeWorld {
  const written = { stdout: "", stderr: "" };
  const pictures: string[] = [];
  const streams: Streams = {
    stdout: (text) => {
      written.stdout += text;
    },
    stderr: (text) => {
      written.stderr += text;
    },
    interactive: options.interactive === true,
    redraw: (text) => {
      pictures.push(text);
    },
  };
  const absent = (): never => {
    throw new Error("this test did not expect to need that");
  };
  const world: World = {
    cwd: process.cwd(),
    openOutput: (json): Output => createOutput(streams, json),
    readStdin: absent,
    loadDocument: absent,
    openLink: absent,
    openProbes: absent,
    migrate: absent,
    testHooks: absent,
    relayEvent: absent,
    openHookHost: absent,
    hookHome: {},
    redactor: createRedactor([]),
    runDev: absent,
    runWorker: absent,
    ...parts,
  };
  return { world, stdout: () => written.stdout, stderr: () => written.stderr, pictures };
}

export function createListener(interactive = false): {
  readonly output: Output;
  readonly fake: FakeWorld;
} {
  const fake = createFakeWorld({}, { interactive });
  return { output: fake.world.openOutput(false), fake };
}
