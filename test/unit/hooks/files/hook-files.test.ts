// Hook files come from people who are trusted differently: who wins, and what a cloned repository may run, is decided here.
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { describe, expect, it } from "vitest";

import { ok } from "../../../../src/core/index.ts";
import {
  loadHookFiles,
  permittedHooks,
  trustOf,
  type LoadedHookFiles,
} from "../../../../src/hooks/files/index.ts";
import { freshFolder } from "../../executors/fixtures.ts";

interface Places {
  readonly workspace: string;
  readonly home: string;
  readonly managedRoot: string;
}

function places(files: Readonly<Record<string, unknown>> = {}): Places {
  const root = freshFolder();
  const folders = {
    workspace: join(root, "work"),
    home: join(root, "home"),
    managedRoot: join(root, "etc"),
  };
  for (const folder of Object.values(folders)) mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) write(join(root, name), content);
  return folders;
}

function write(path: string, content: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
}

const load = (folders: Places): Promise<LoadedHookFiles> =>
  loadHookFiles(folders, (source) => ok({ lit: source }));

const own = (name: string) => ({
  hooks: [{ name, on: "step.before", handler: { command: ["true"] } }],
});
const claude = (command: string, more: object = {}) => ({
  hooks: { PreToolUse: [{ matcher: "Bash", hooks: [{ type: "command", command }] }] },
  ...more,
});
const names = (loaded: LoadedHookFiles, isTrusted = true): readonly string[] =>
  permittedHooks(loaded, isTrusted).map(({ source, name }) => `${source} ${name}`);

describe("the files that concern a folder", () => {
  const all = () =>
    places({
      "etc/heddle/hooks.yaml":
        "hooks:\n  - { name: m, on: step.before, handler: { command: [m] } }\n",
      "etc/claude-code/managed-settings.json": claude("./m1.sh"),
      "etc/claude-code/managed-settings.d/20-b.json": claude("./m3.sh"),
      "etc/claude-code/managed-settings.d/10-a.json": claude("./m2.sh"),
      "home/.heddle/hooks.json": own("u"),
      "home/.claude/settings.json": claude("./u1.sh"),
      "work/.heddle/hooks.yaml":
        "- { name: p, on: [step.before, step.after], handler: { command: [p] } }\n",
      "work/.claude/settings.json": claude("./p1.sh"),
      "work/.claude/settings.local.json": claude("./p2.sh"),
    });

  it("merge in order: the organisation's, the user's, the project's", async () => {
    expect(names(await load(all()))).toEqual([
      "managed m",
      "managed PreToolUse-m1",
      "managed PreToolUse-m2",
      "managed PreToolUse-m3",
      "user u",
      "user PreToolUse-u1",
      "project p",
      "project p",
      "project PreToolUse-p1",
      "project PreToolUse-p2",
    ]);
  });

  it("without trust are the organisation's, and the user's own for Heddle", async () => {
    expect(names(await load(all()), false)).toEqual([
      "managed m",
      "managed PreToolUse-m1",
      "managed PreToolUse-m2",
      "managed PreToolUse-m3",
      "user u",
    ]);
  });

  it("keep the contract of their format and get names that differ between files", async () => {
    const loaded = await load(
      places({
        "home/.claude/settings.json": claude("./guard.sh"),
        "work/.claude/settings.json": claude("./guard.sh"),
      }),
    );

    expect(permittedHooks(loaded, true)).toMatchObject([
      { name: "PreToolUse-guard", source: "user", protocol: "claude", match: { claude: "Bash" } },
      { name: "PreToolUse-guard-2", source: "project" },
    ]);
  });

  it("lose what is broken in them and nothing else, with the reason", async () => {
    const loaded = await load(
      places({
        "home/.claude/settings.json": "{ not json",
        "work/.heddle/hooks.yaml": {
          hooks: [
            { name: "bad", on: "step.befor", handler: { command: ["x"] } },
            ...own("good").hooks,
          ],
        },
        "work/.claude/settings.json": claude("./p.sh"),
      }),
    );

    expect(names(loaded)).toEqual(["project good", "project PreToolUse-p"]);
    expect(loaded.files.flatMap(({ problems }) => problems)).toEqual([
      expect.stringContaining("not JSON"),
      expect.stringMatching(/^hooks\[0\]\.on: .*step\.before/),
    ]);
  });

  it("obey the switches: managed hooks cannot be turned off from below, all others can", async () => {
    const managed = { "etc/claude-code/managed-settings.json": claude("./m.sh") };
    const project = { "work/.claude/settings.json": claude("./p.sh") };
    const off = { "work/.claude/settings.local.json": { disableAllHooks: true } };
    const only = {
      "etc/claude-code/managed-settings.json": claude("./m.sh", { allowManagedHooksOnly: "yes" }),
    };

    expect(names(await load(places({ ...managed, ...project, ...off })))).toEqual([
      "managed PreToolUse-m",
    ]);
    expect(names(await load(places({ ...only, ...project })))).toEqual(["managed PreToolUse-m"]);
    expect(
      names(
        await load(
          places({
            "home/.claude/settings.json": claude("./u.sh", { disableAllHooks: true }),
            "work/.claude/settings.local.json": { disableAllHooks: false },
            ...project,
          }),
        ),
      ),
    ).toEqual(["user PreToolUse-u", "project PreToolUse-p"]);
    expect(
      names(
        await load(
          places({
            "etc/claude-code/managed-settings.json": { disableAllHooks: false },
            ...project,
            ...off,
          }),
        ),
      ),
    ).toEqual(["project PreToolUse-p"]);
  });

  it("tell the line of what is wrong in settings, a key that stands twice included", async () => {
    const loaded = await load(
      places({
        "work/.claude/settings.json":
          '{ "hooks": {\n  "PreToolUze": [],\n  "Stop": [],\n  "Stop": []\n} }',
        "work/.claude/settings.local.json": "{\n  // why\n}",
      }),
    );

    expect(loaded.files.flatMap(({ problems }) => problems)).toEqual([
      expect.stringMatching(/^line 4: This key stands/),
      expect.stringMatching(/^line 2: Unknown event "PreToolUze"/),
      expect.stringMatching(/^line 2: not JSON/),
    ]);
  });
});

describe("trust in a folder", () => {
  const scripted = () =>
    places({
      "work/.claude/settings.json": claude('"$CLAUDE_PROJECT_DIR"/hooks/guard.sh --strict'),
      "work/.heddle/hooks.yaml": {
        hooks: [
          { name: "p", on: "step.before", handler: { command: ["node", "hooks/check.mjs"] } },
        ],
      },
      "work/hooks/guard.sh": "exit 0",
      "work/hooks/check.mjs": "// nothing",
      "work/README.md": "# not a hook",
    });

  it("covers the files and the scripts that they name", async () => {
    const folders = scripted();
    const before = await load(folders);
    expect(before.scripts).toEqual(["hooks/check.mjs", "hooks/guard.sh"]);

    for (const changed of ["hooks/guard.sh", "hooks/check.mjs", ".claude/settings.local.json"]) {
      const { fingerprint } = await load(folders);
      write(join(folders.workspace, changed), changed.endsWith("json") ? {} : "rm -rf /");
      const after = await load(folders);
      expect(after.fingerprint).not.toBe(fingerprint);
      expect(trustOf(after, { fingerprint })).toBe("changed");
      expect(trustOf(after, { fingerprint: after.fingerprint })).toBe("trusted");
    }
    const { fingerprint } = await load(folders);
    write(join(folders.workspace, "README.md"), "# changed");
    expect((await load(folders)).fingerprint).toBe(fingerprint);
  });

  it("is missing where nobody gave it, and needed only where a project has hook files", async () => {
    expect(trustOf(await load(scripted()), undefined)).toBe("untrusted");
    expect(trustOf(await load(places({ "home/.heddle/hooks.json": own("u") })), undefined)).toBe(
      "nothing",
    );
  });

  it("does not read scripts outside the folder, nor follow the word of a file that is gone", async () => {
    const folders = places({
      "work/.claude/settings.json": claude("../home/secret.sh; ./gone.sh; /etc/hostname"),
      "home/secret.sh": "x",
    });

    expect((await load(folders)).scripts).toEqual([]);
  });

  it("of a file that cannot be read is told, never passed over", async () => {
    const folders = places({ "work/.heddle/hooks.yaml": "- 1" });
    rmSync(join(folders.workspace, ".heddle/hooks.yaml"));
    // A link to itself cannot be read by anybody, root included.
    symlinkSync("hooks.yaml", join(folders.workspace, ".heddle/hooks.yaml"));
    chmodSync(folders.workspace, 0o755);

    const loaded = await load(folders);

    expect(loaded.files).toMatchObject([
      { hooks: [], problems: [expect.stringContaining("cannot be read")] },
    ]);
    expect(trustOf(loaded, undefined)).toBe("untrusted");
  });
});

describe("integration.shared_hooks_path", () => {
  const sharing = (path: string, more: object = {}) => ({
    ...claude("./own.sh"),
    integration: { claude_code_aware: true, shared_hooks_path: path, ...more },
  });

  it("B10: names one more file of the project, whose hooks and scripts belong to what is trusted", async () => {
    const folders = places({
      "work/.claude/settings.json": sharing("tools/hooks.json"),
      "work/tools/hooks.json": claude("./shared.sh"),
      "work/shared.sh": "#!/bin/sh\n",
    });
    const loaded = await load(folders);

    expect(names(loaded)).toEqual(["project PreToolUse-own", "project PreToolUse-shared"]);
    expect(loaded.scripts).toEqual(["shared.sh"]);
    write(join(folders.workspace, "tools/hooks.json"), claude("./other.sh"));
    expect((await load(folders)).fingerprint).not.toBe(loaded.fingerprint);
  });

  it("a file that is read anyhow is read once, and a missing one is no problem", async () => {
    const twice = places({
      "work/.claude/settings.json": sharing("./.claude/hooks.json"),
      "work/.claude/hooks.json": claude("./shared.sh"),
    });
    const missing = places({ "work/.claude/settings.json": sharing("no.json") });

    expect(names(await load(twice))).toHaveLength(2);
    expect(names(await load(missing))).toEqual(["project PreToolUse-own"]);
  });

  it("cannot lead out of the project", async () => {
    const loaded = await load(
      places({
        "work/.claude/settings.json": sharing("../etc/other.json"),
        "etc/other.json": "{ not json",
      }),
    );

    expect(loaded.files.at(-1)).toMatchObject({
      level: "project",
      problems: ["cannot be read: shared_hooks_path leads out of the project"],
      hooks: [],
    });
  });

  it("the strategy travels with each hook, whichever file names it", async () => {
    const loaded = await load(
      places({
        "home/.claude/settings.json": claude("./guard.sh"),
        "work/.claude/settings.json": sharing("x", { deduplication_strategy: "first_wins" }),
      }),
    );

    expect(permittedHooks(loaded, true).map(({ metadata }) => metadata?.["claudeShared"])).toEqual([
      "first_wins",
      "first_wins",
    ]);
  });
});
