/** `pattern new`, `instantiate` and `export` without a server: files, refusals, JSON. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { loadDocument } from "../../../src/cli/load-document.ts";
import type { Link } from "../../../src/cli/context.ts";
import { runCli } from "../../../src/cli/program.ts";
import { PATTERN_TYPES, readPattern } from "../../../src/patterns/index.ts";
import type { Registry } from "../../../src/registry/index.ts";
import { createMemoryRegistry } from "../../support/memory-registry.ts";
import { createFakeWorld } from "./fake-world.ts";

const TYPES = PATTERN_TYPES.filter((type) => type !== "custom");

const TEMPLATE = `heddle: v1
name: template
version: 1.0.0
parameters: { n: { type: integer, minimum: 1, default: 2 } }
steps: { a: { set: { n: "\${{ parameters.n }}" } } }
`;

let folder: string;
let registry: Registry;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "heddle-templates-"));
  registry = createMemoryRegistry();
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function heddle(...args: readonly string[]) {
  // as: what these commands ask of a link
  const link = {
    registry: () => Promise.resolve(registry),
    close: () => Promise.resolve(),
  } as Link;
  const fake = createFakeWorld({
    cwd: folder,
    openLink: () => link,
    loadDocument: (file) => loadDocument(file, folder),
    readStdin: () => Promise.resolve('{"n": 8}'),
  });
  const exitCode = await runCli(args, fake.world);
  const json = (): Record<string, unknown> => JSON.parse(fake.stdout()) as Record<string, unknown>;
  return { exitCode, json, stdout: fake.stdout(), stderr: fake.stderr() };
}

describe("heddle pattern new", () => {
  it.each(TYPES)("writes a %s that is valid without a warning", async (type) => {
    const { exitCode, json } = await heddle("pattern", "new", "mine", "--type", type, "--json");

    expect(exitCode).toBe(0);
    const { files, ...rest } = json();
    expect(rest).toEqual({ name: "mine", type, dir: "mine" });
    expect(files).toEqual(
      expect.arrayContaining(["pattern.yaml", "input.json", "README.md", "pattern.test.mjs"]),
    );
    const text = await readFile(join(folder, "mine/pattern.yaml"), "utf8");
    const { accepted, issues } = readPattern(text);
    expect(issues).toEqual([]);
    expect(accepted?.document).toMatchObject({ name: "mine", type, version: "1.0.0" });
    // Commented, and shown as what it is before the first key.
    expect(text).toMatch(/^# An? /);
  });

  it("writes into the folder that was asked for, beside what is there", async () => {
    await mkdir(join(folder, "here"));
    await writeFile(join(folder, "here/notes.txt"), "mine");

    const { exitCode, stdout } = await heddle(
      "pattern",
      "new",
      "a-b",
      "--type",
      "saga",
      "--dir",
      "here",
    );

    expect(exitCode).toBe(0);
    expect(stdout).toContain("cd here && heddle run start pattern.yaml --input input.json --wait");
    expect(await readdir(join(folder, "here"))).toContain("notes.txt");
  });

  it("overwrites nothing, and writes nothing then", async () => {
    await mkdir(join(folder, "mine"));
    await writeFile(join(folder, "mine/README.md"), "mine");

    const { exitCode, json } = await heddle("pattern", "new", "mine", "--type", "swarm", "--json");

    expect(exitCode).toBe(1);
    expect(json()).toMatchObject({ error: { code: "FILE_EXISTS" } });
    expect(await readdir(join(folder, "mine"))).toEqual(["README.md"]);
    expect(await readFile(join(folder, "mine/README.md"), "utf8")).toBe("mine");
  });

  it.each(["Mine", "1st", "a b", "a/b", "../up", 'a"b', "a\nsteps: {}", "x".repeat(64), ""])(
    "refuses the name %j",
    async (name) => {
      const { exitCode, json } = await heddle("pattern", "new", name, "--type", "saga", "--json");

      expect(exitCode).toBe(2);
      expect(json()).toMatchObject({ error: { code: "NAME_INVALID" } });
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it.each([[[]], [["--type", "custom"]], [["--type", "../saga"]]])(
    "refuses a kind that there is no template of: %j",
    async (flags) => {
      const { exitCode } = await heddle("pattern", "new", "mine", ...flags);

      expect(exitCode).toBe(2);
      expect(await readdir(folder)).toEqual([]);
    },
  );
});

describe("heddle pattern instantiate", () => {
  beforeEach(() => writeFile(join(folder, "template.yaml"), TEMPLATE));

  it("registers the result under its own name", async () => {
    const { exitCode, json } = await heddle(
      ...["pattern", "instantiate", "template.yaml", "--set", "n=5", "--name", "five", "--json"],
    );

    expect(exitCode).toBe(0);
    expect(json()).toMatchObject({ name: "five", parameters: { n: 5 }, created: true });
    const stored = await registry.findPattern("five");
    expect(stored).toMatchObject({
      digest: json()["digest"],
      sourceFile: join(folder, "template.yaml"),
      definition: { steps: { a: { set: { n: 5 } } } },
    });
  });

  it.each([
    ["out.yaml", "n: 8"],
    ["out.json", '"n": 8'],
  ])("writes the result to %s instead, and not over anything", async (file, part) => {
    const args = [
      "pattern",
      "instantiate",
      "template.yaml",
      "--parameters",
      "-",
      "-o",
      file,
      "--json",
    ];
    const { exitCode, json } = await heddle(...args);

    expect(exitCode).toBe(0);
    expect(json()).toMatchObject({ file, name: "template", parameters: { n: 8 } });
    expect(await readFile(join(folder, file), "utf8")).toContain(part);
    expect(await registry.findPattern("template")).toBeUndefined();
    const again = await heddle(...args);
    expect(again.exitCode).toBe(1);
    expect(again.json()).toMatchObject({ error: { code: "FILE_EXISTS" } });
  });

  it("takes a registered template, and lets --set win over --parameters", async () => {
    await heddle("pattern", "register", "template.yaml");

    const { json } = await heddle(
      ...["pattern", "instantiate", "template@1.0.0", "--parameters", '{"n": 3}', "--set", "n=4"],
      ...["--name", "four", "--json"],
    );

    expect(json()).toMatchObject({ name: "four", parameters: { n: 4 } });
  });

  it("refuses a value out of range with the line of its parameter, and does nothing", async () => {
    const { exitCode, stdout } = await heddle(
      ...["pattern", "instantiate", "template.yaml", "--set", "n=0"],
    );

    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      'template.yaml:4:15 error invalid-parameter: The parameter "n" must be >= 1, got 0',
    );
    expect(stdout).toContain("It comes from --set n=0");
    expect(await registry.listPatterns()).toEqual([]);
  });

  it("prints what is wrong as JSON for scripts", async () => {
    const { exitCode, json } = await heddle(
      ...["pattern", "instantiate", "template.yaml", "--set", "m=1", "--json"],
    );

    expect(exitCode).toBe(1);
    expect(json()).toMatchObject({
      status: "refused",
      file: "template.yaml",
      issues: [{ code: "unknown-parameter", line: 4 }],
    });
  });

  it.each([
    [["--set", "n"], "USAGE"],
    [["--set", "=1"], "USAGE"],
    [["--parameters", "[1]"], "USAGE"],
    [["--parameters", "{"], "INPUT_UNREADABLE"],
    [["--parameters", "missing.yaml"], "INPUT_UNREADABLE"],
  ])("says what is wrong with the flags %j", async (flags, code) => {
    const { exitCode, json } = await heddle(
      ...["pattern", "instantiate", "template.yaml", ...flags, "--json"],
    );

    expect(exitCode).toBe(2);
    expect(json()).toMatchObject({ error: { code } });
  });

  it("shows warnings about a template whose lines it does not have, too", async () => {
    const module = `export default { heddle: "v1", name: "m", version: "1.0.0",
      parameters: { n: { default: 1 }, unread: { default: 2 } }, steps: { a: { set: { n: "\${{ parameters.n }}" } } } };`;
    await writeFile(join(folder, "module.mjs"), module);

    const { exitCode, stderr, json } = await heddle(
      ...["pattern", "instantiate", "module.mjs", "--set", "n=hello", "--json"],
    );

    expect(exitCode).toBe(0);
    expect(stderr).toContain("unused-parameter");
    expect(json()).toMatchObject({ parameters: { n: "hello", unread: 2 } });
  });
});

describe("heddle pattern export", () => {
  beforeEach(async () => {
    await writeFile(join(folder, "template.yaml"), TEMPLATE);
    await heddle("pattern", "register", "template.yaml");
  });

  it("prints the document, as YAML or as JSON", async () => {
    const asText = await heddle("pattern", "export", "template");
    const asJson = await heddle("pattern", "export", "template@^1", "--json");

    expect(readPattern(asText.stdout).accepted?.definition).toEqual(asJson.json());
    expect(asJson.json()).toEqual(readPattern(TEMPLATE).accepted?.definition);
  });

  it.each(["out.yaml", "deep/er/out.json"])(
    "writes a file that registers as the same version: %s",
    async (file) => {
      const written = await heddle("pattern", "export", "template", "-o", file, "--json");
      const { json } = await heddle("pattern", "register", file, "--json");

      expect(json()).toMatchObject({ digest: written.json()["digest"], created: false });
    },
  );

  it("finds a version that is retired, by its exact number", async () => {
    await registry.setPatternStatus("template", "1.0.0", "archived");

    const exact = await heddle("pattern", "export", "template@1.0.0");
    const any = await heddle("pattern", "export", "template");

    expect(exact.exitCode).toBe(0);
    expect(any.exitCode).toBe(1);
    expect(any.stderr).toContain("PATTERN_NOT_FOUND");
  });

  it("writes over nothing", async () => {
    const { exitCode } = await heddle("pattern", "export", "template", "-o", "template.yaml");

    expect(exitCode).toBe(1);
    expect(await readFile(join(folder, "template.yaml"), "utf8")).toBe(TEMPLATE);
    expect(existsSync(join(folder, "template.yaml"))).toBe(true);
  });
});
