// Which hook files reach a run or a session: what a stranger may have written runs only once somebody has trusted it.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import pino from "pino";
import { describe, expect, it } from "vitest";

import { fileHooks } from "../../../src/activities/file-hooks.ts";
import type { ActivityDeps } from "../../../src/activities/deps.ts";
import { freshFolder } from "../executors/fixtures.ts";

const settings = (command: string): string =>
  JSON.stringify({ hooks: { SessionStart: [{ hooks: [{ type: "command", command }] }] } });

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

async function names(workspace: string, home: string, isOwn: boolean): Promise<readonly string[]> {
  // as: reading files needs nothing else of what activities have
  const deps = {
    registry: { findTrustedFolder: () => Promise.resolve(undefined) },
    settings: { hookFiles: { home } },
    log: pino({ level: "silent" }),
  } as unknown as ActivityDeps;
  const { hooks } = await fileHooks(workspace, deps, isOwn);
  return hooks.map(({ name }) => name);
}

describe("a folder that nobody has trusted", () => {
  it("of a run keeps the user's settings of Claude Code out, one of Heddle's own does not", async () => {
    const [workspace, home] = [freshFolder(), freshFolder()];
    write(join(home, ".claude", "settings.json"), settings("./user.sh"));

    expect(await names(workspace, home, false)).toEqual([]);
    expect(await names(workspace, home, true)).toEqual(["SessionStart-user"]);
  });

  it("keeps out what lies in it, even where it is Heddle's own", async () => {
    const [workspace, home] = [freshFolder(), freshFolder()];
    write(join(home, ".claude", "settings.json"), settings("./user.sh"));
    write(join(workspace, ".claude", "settings.json"), settings("./planted.sh"));

    expect(await names(workspace, home, true)).toEqual([]);
  });
});
