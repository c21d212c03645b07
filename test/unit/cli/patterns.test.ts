/** `pattern validate`, `register`, `diff` and `schema` as scripts use them: every key of their JSON, and what bad files get. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Readable } from "node:stream";

import { Ajv } from "ajv";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";

import type { Link } from "../../../src/cli/context.ts";
import { loadDocument } from "../../../src/cli/load-document.ts";
import { findModules } from "../../../src/cli/pattern/known-functions.ts";
import { runCli } from "../../../src/cli/program.ts";
import type { Registry } from "../../../src/registry/index.ts";
import { createMemoryRegistry } from "../../support/memory-registry.ts";
import { createFakeWorld } from "./fake-world.ts";

const SOUND = `heddle: v1
name: sound
version: 1.0.0
steps:
  a: { run: ["true"] }
  b: { run: ["true"], needs: [a], with: { x: "\${{ steps.a.output.stdout }}" } }
  c: { run: ["true"], needs: [a] }
output: \${{ steps.b.output.stdout }} \${{ steps.c.output.stdout }}
`;
const CIRCULAR = `heddle: v1
name: circular
version: 1.0.0
steps:
  a: { run: ["true"], needs: [b] }
  b: { run: ["true"], needs: [a] }
`;

/** Exports the function `strict`. */
const STRICT = fileURLToPath(new URL("../../fixtures/functions/strict.ts", import.meta.url));

let folder: string;
let registry: Registry;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "heddle-patterns-"));
  registry = createMemoryRegistry();
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function heddle(args: readonly string[], stdin = "") {
  // as: what these commands ask of a link
  const link = {
    registry: () => Promise.resolve(registry),
    close: () => Promise.resolve(),
  } as Link;
  const fake = createFakeWorld({
    cwd: folder,
    openLink: () => link,
    loadDocument: async (file, functions) =>
      loadDocument(
        file,
        folder,
        Readable.from([stdin]),
        functions && (await findModules(functions, () => Promise.resolve([STRICT]), folder)),
      ),
  });
  const exitCode = await runCli(args, fake.world);
  const stdout = fake.stdout();
  const lines = (): readonly Record<string, unknown>[] =>
    stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { exitCode, stdout, stderr: fake.stderr(), lines };
}

async function write(files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}

function callerOf(name: string, called: string): string {
  return `heddle: v1\nname: ${name}\nversion: 1.0.0\nsteps:\n  go: { pattern: "${called}" }\n`;
}

function doing(step: string): string {
  return `heddle: v1\nname: doing\nversion: 1.0.0\nsteps:\n  go: { ${step} }\n`;
}

describe("heddle pattern validate --functions", () => {
  const CALLS = { "good.yaml": doing("call: strict"), "bad.yaml": doing("call: strcit") };

  it.each([
    ["a module", STRICT],
    ["the configured modules", "config"],
  ])("refuses a call of a function that %s does not have, and says where", async (_what, named) => {
    await write(CALLS);

    const { exitCode, lines } = await heddle([
      ...["pattern", "validate", "good.yaml", "bad.yaml", "--json", "--functions", named],
    ]);

    const issue = { code: "unknown-handler", severity: "error", path: "steps.go.call", line: 5 };
    expect(lines()).toMatchObject([
      { file: "good.yaml", valid: true, issues: [] },
      { file: "bad.yaml", valid: false, issues: [issue] },
    ]);
    expect(lines()[1]).toMatchObject({
      issues: [{ hint: expect.stringContaining('Did you mean "strict"?') as unknown }],
    });
    expect(exitCode).toBe(1);
  });

  it("says nothing of functions when nobody says which exist", async () => {
    await write(CALLS);

    const { exitCode, lines } = await heddle(["pattern", "validate", "bad.yaml", "--json"]);

    expect(lines()).toMatchObject([{ valid: true, issues: [] }]);
    expect(exitCode).toBe(0);
  });

  it.each([
    ["a module", '{ "type": "module" }'],
    ["CommonJS", "{}"],
  ])(
    "counts the functions that a pattern's own file exports, being %s",
    async (_what, settings) => {
      const heddleModule = JSON.stringify(new URL("../../../src/index.ts", import.meta.url).href);
      await write({
        "package.json": settings,
        "own.ts": `import { defineHandler } from ${heddleModule};
export const mine = defineHandler("mine", {}, () => 1);
export default { heddle: "v1", name: "own", version: "1.0.0", steps: { go: { call: "mine" } } };
`,
      });

      const { exitCode, lines } = await heddle([
        ...["pattern", "validate", "own.ts", "--json", "--functions", STRICT],
      ]);

      expect(lines()).toMatchObject([{ valid: true, issues: [] }]);
      expect(exitCode).toBe(0);
    },
  );

  it("exits 2 when a module cannot be loaded, naming it", async () => {
    await write(CALLS);

    const { exitCode, stderr } = await heddle([
      ...["pattern", "validate", "good.yaml", "--functions", "gone.ts"],
    ]);

    expect(exitCode).toBe(2);
    expect(stderr).toContain("gone.ts");
    expect(stderr).toContain("MODULE_NOT_LOADED");
  });

  it("keeps knowing them when a registered pattern is looked up", async () => {
    await write({
      ...CALLS,
      "both.yaml": `${callerOf("both", "doing")}  more: { call: strcit }\n`,
    });

    const first = await heddle(["pattern", "register", "good.yaml", "--functions", STRICT]);
    const second = await heddle([
      ...["pattern", "register", "both.yaml", "--json", "--functions", STRICT],
    ]);

    expect(first.exitCode).toBe(0);
    expect(second.lines()).toMatchObject([
      { status: "refused", issues: [{ code: "unknown-handler" }] },
    ]);
    expect(second.exitCode).toBe(1);
  });
});

describe("heddle pattern validate --json", () => {
  it("gives exactly the keys that scripts rely on, and the edges when asked", async () => {
    await write({ "sound.yaml": SOUND });

    const plain = await heddle(["pattern", "validate", "sound.yaml", "--json"]);
    const edged = await heddle(["pattern", "validate", "sound.yaml", "--json", "--edges"]);

    const summary = {
      steps: 3,
      edges: 2,
      depth: 2,
      width: 2,
      criticalPath: ["a", "b"],
      predictedEvents: { min: expect.any(Number) as number, max: expect.any(Number) as number },
    };
    const report = { file: "sound.yaml", valid: true, issues: [], summary };
    expect(plain.lines()).toEqual([report]);
    expect(Object.keys(plain.lines()[0] ?? {})).toEqual(["file", "valid", "issues", "summary"]);
    const edges = [
      ["a", "b"],
      ["a", "c"],
    ];
    expect(edged.lines()).toEqual([{ ...report, edges }]);
    expect([plain.exitCode, edged.exitCode]).toEqual([0, 0]);
  });

  it("keeps its shape for a refused document, and each issue says code, place, message and remedy", async () => {
    await write({ "circular.yaml": CIRCULAR });

    const { exitCode, lines } = await heddle([
      ...["pattern", "validate", "circular.yaml", "--json", "--edges"],
    ]);

    expect(exitCode).toBe(1);
    const [report] = lines();
    expect(Object.keys(report ?? {})).toEqual(["file", "valid", "issues", "summary", "edges"]);
    expect(report).toMatchObject({
      file: "circular.yaml",
      valid: false,
      edges: [
        ["b", "a"],
        ["a", "b"],
      ],
    });
    expect(report?.["issues"]).toEqual([
      {
        code: "cycle",
        severity: "error",
        path: "steps.a.needs[0]",
        line: 5,
        column: 31,
        message: expect.stringContaining("a -> b -> a") as string,
        hint: expect.any(String) as string,
      },
    ]);
  });

  it("prints one object per line for several files, in their order, and fails when one of them does", async () => {
    await write({ "sound.yaml": SOUND, "circular.yaml": CIRCULAR });

    const { exitCode, lines } = await heddle([
      ...["pattern", "validate", "circular.yaml", "sound.yaml", "--json"],
    ]);

    expect(lines().map(({ file, valid }) => [file, valid])).toEqual([
      ["circular.yaml", false],
      ["sound.yaml", true],
    ]);
    expect(exitCode).toBe(1);
  });

  it("reads a document from stdin for -", async () => {
    const { exitCode, lines } = await heddle(["pattern", "validate", "-", "--json"], SOUND);

    expect(lines()).toMatchObject([{ file: "-", valid: true }]);
    expect(exitCode).toBe(0);
  });

  it.each([
    ["a file that is not there", "gone.yaml"],
    ["a folder", "."],
  ])("exits 2 for %s, naming it", async (_what, file) => {
    const { exitCode, stderr } = await heddle(["pattern", "validate", file]);

    expect(exitCode).toBe(2);
    expect(stderr).toContain(`"${file}"`);
  });

  it.each([
    ["bytes that are no text", Buffer.from([0x00, 0xff, 0xfe, 0x80]), "not-utf8"],
    ["an empty file", "", "syntax"],
    ["twenty megabytes", "é".repeat(10_000_000), "document-too-large"],
    ["a list", "- a\n- b\n", "wrong-type"],
    ["one word", "word\n", "wrong-type"],
  ])("refuses %s with a code, and keeps the shape of its answer", async (_what, text, code) => {
    await write({ "bad.yaml": text });

    const { exitCode, lines } = await heddle(["pattern", "validate", "bad.yaml", "--json"]);

    expect(exitCode).toBe(1);
    expect(lines()).toMatchObject([{ file: "bad.yaml", valid: false, issues: [{ code }] }]);
  });

  it("shows the line with a caret to people, and SARIF to scanners", async () => {
    await write({ "circular.yaml": CIRCULAR });

    const text = await heddle(["pattern", "validate", "circular.yaml"]);
    const sarif = await heddle(["pattern", "validate", "circular.yaml", "--sarif"]);

    expect(text.stdout).toContain('  5 |   a: { run: ["true"], needs: [b] }');
    expect(text.stdout).toMatch(/\|\s+\^/);
    expect(JSON.parse(sarif.stdout)).toMatchObject({
      version: "2.1.0",
      runs: [{ results: [{ ruleId: "cycle", level: "error" }] }],
    });
  });
});

describe("heddle pattern register", () => {
  it("warns of a call to a pattern that is not registered, with its place, and no more once it is", async () => {
    await write({
      "a.yaml": callerOf("a", "helper"),
      "helper.yaml": SOUND.replace("sound", "helper"),
    });

    const before = await heddle(["pattern", "register", "a.yaml", "--strict", "--json"]);
    await heddle(["pattern", "register", "helper.yaml"]);
    const after = await heddle(["pattern", "register", "a.yaml", "--strict", "--json"]);

    expect(before.lines()[0]).toMatchObject({
      status: "refused",
      issues: [{ code: "unknown-pattern", path: "steps.go.pattern", line: 5 }],
    });
    expect(after.lines()[0]).toMatchObject({ name: "a", status: "active", created: true });
    expect(Object.keys(after.lines()[0] ?? {})).toEqual([
      ...["name", "version", "digest", "status", "created"],
    ]);
  });

  it("warns of a range that no registered version fits", async () => {
    await write({
      "a.yaml": callerOf("a", "helper@^2.0.0"),
      "helper.yaml": SOUND.replace("sound", "helper"),
    });
    await heddle(["pattern", "register", "helper.yaml"]);

    const { lines } = await heddle(["pattern", "register", "a.yaml", "--strict", "--json"]);

    expect(lines()[0]).toMatchObject({ status: "refused", issues: [{ code: "unknown-pattern" }] });
    expect(JSON.stringify(lines())).toContain("1.0.0");
  });

  it("refuses a circle of calls through registered patterns, and names it", async () => {
    await write({
      "a.yaml": callerOf("a", "b"),
      "b.yaml": callerOf("b", "c"),
      "c.yaml": callerOf("c", "a"),
    });

    const first = await heddle(["pattern", "register", "a.yaml", "b.yaml", "--json"]);
    const last = await heddle(["pattern", "register", "c.yaml", "--json"]);

    expect(first.lines().map(({ status }) => status)).toEqual(["active", "active"]);
    expect(last.exitCode).toBe(1);
    expect(last.lines()[0]).toMatchObject({
      status: "refused",
      issues: [{ code: "pattern-cycle" }],
    });
    expect(JSON.stringify(last.lines())).toContain("c -> a -> b -> c");
    expect(await registry.findPattern("c")).toBeUndefined();
  });
});

describe("heddle pattern diff", () => {
  it("tells steps, edges and every place that differ between a registered version and a file", async () => {
    await write({
      "old.yaml": SOUND,
      "new.yaml": SOUND.replace("1.0.0", "1.1.0")
        .replace("needs: [a] }", "timeout: 5s }")
        .replace("output:", "  d: { set: { x: 1 }, needs: [b] }\noutput:"),
    });
    await heddle(["pattern", "register", "old.yaml"]);

    const { exitCode, lines } = await heddle([
      "pattern",
      "diff",
      "sound@1.0.0",
      "new.yaml",
      "--json",
    ]);

    expect(exitCode).toBe(0);
    expect(lines()[0]).toMatchObject({
      from: { given: "sound@1.0.0", name: "sound", version: "1.0.0" },
      to: { given: "new.yaml", name: "sound", version: "1.1.0" },
      equal: false,
      steps: { added: ["d"], removed: [], changed: ["c"] },
      edges: { added: [["b", "d"]], removed: [["a", "c"]] },
      changes: [
        { path: "version", change: "changed", before: "1.0.0", after: "1.1.0" },
        { path: "steps.c.needs", change: "removed", before: ["a"] },
        { path: "steps.c.timeout", change: "added", after: "5s" },
        { path: "steps.d", change: "added", after: { set: { x: 1 }, needs: ["b"] } },
      ],
    });
  });

  it("finds no difference between the same document in YAML and in JSON, keys in another order", async () => {
    const data = parse(SOUND) as Record<string, unknown>;
    const turned = Object.fromEntries(Object.entries(data).reverse());
    await write({ "a.yaml": SOUND, "b.json": JSON.stringify(turned) });

    const { stdout } = await heddle(["pattern", "diff", "a.yaml", "b.json"]);

    expect(stdout.trim()).toBe("no difference");
  });

  it("names what nobody registered, and what is refused", async () => {
    await write({ "a.yaml": SOUND, "circular.yaml": CIRCULAR });

    const unknown = await heddle(["pattern", "diff", "a.yaml", "gone"]);
    const refused = await heddle(["pattern", "diff", "a.yaml", "circular.yaml"]);

    expect([unknown.exitCode, refused.exitCode]).not.toContain(0);
    expect(unknown.stderr).toContain('"gone"');
    expect(refused.stderr).toContain("circular.yaml is refused");
  });
});

describe("heddle pattern schema", () => {
  const EXAMPLES = new URL("../../../examples/", import.meta.url);
  const FIXTURES = new URL("../../fixtures/rules/", import.meta.url);

  async function validator() {
    const { stdout } = await heddle(["pattern", "schema"]);
    return new Ajv({ strict: false }).compile(JSON.parse(stdout) as object);
  }

  it("prints the schema that is shipped as schema/heddle-v1.json", async () => {
    const { lines } = await heddle(["pattern", "schema", "--json"]);
    const shipped = await readFile(new URL("../schema/heddle-v1.json", EXAMPLES), "utf8");

    // Out of date? npm run -s heddle -- pattern schema > schema/heddle-v1.json && npx prettier --write schema
    expect(JSON.parse(shipped)).toEqual(lines()[0]);
  });

  it("accepts every example and every passing fixture, by another validator than ours", async () => {
    const isValid = await validator();
    const files = [...(await yamlIn(EXAMPLES)), ...(await yamlIn(FIXTURES))].filter(
      ({ pathname }) => !/\/fail[^/]*$/.test(pathname),
    );

    expect(files.length).toBeGreaterThan(100);
    for (const file of files) {
      const document: unknown = parse(await readFile(file, "utf8"), { merge: true });
      expect(isValid(document) || [file.pathname, isValid.errors]).toBe(true);
    }
  });

  it.each(["unknown-key", "missing-key", "wrong-type", "wrong-value", "no-kind", "several-kinds"])(
    "refuses what the reader refuses as %s",
    async (code) => {
      const isValid = await validator();
      const text = await readFile(new URL(`${code}/fail.yaml`, FIXTURES), "utf8");

      expect(isValid(parse(text))).toBe(false);
    },
  );
});

async function yamlIn(folder: URL): Promise<readonly URL[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => name.endsWith(".yaml")).map((name) => new URL(name, folder));
}
