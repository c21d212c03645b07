import { describe, expect, it } from "vitest";

import type { LoadedDocument } from "../../../src/cli/documents.ts";
import { runCli } from "../../../src/cli/program.ts";
import type { Issue } from "../../../src/core/index.ts";
import { createFakeWorld } from "./fake-world.ts";

const WARNING: Issue = {
  code: "unused-output",
  severity: "warning",
  path: "steps.a",
  line: 3,
  column: 5,
  message: "Nobody reads it.",
  hint: "Remove it.",
};
const ERROR: Issue = { ...WARNING, code: "cycle", severity: "error", message: "a -> b -> a" };

const SUMMARY = {
  steps: 2,
  edges: 1,
  depth: 2,
  width: 1,
  criticalPath: ["a", "b"],
  predictedEvents: { min: 17, max: 23 },
};

function loading(issues: readonly Issue[]): (file: string) => Promise<LoadedDocument> {
  return (file) =>
    Promise.resolve({
      file,
      path: `/${file}`,
      text: "line\nline\n    steps",
      source: "line\nline\n    steps",
      issues,
      edges: [["a", "b"]],
      summary: SUMMARY,
    });
}

describe("heddle pattern validate", () => {
  it("prints one JSON object per file, in order, and exits 1 when one is refused", async () => {
    const fake = createFakeWorld({
      loadDocument: (file) => loading(file === "bad.yaml" ? [ERROR] : [WARNING])(file),
    });

    const exitCode = await runCli(
      ["pattern", "validate", "good.yaml", "bad.yaml", "--json"],
      fake.world,
    );

    expect(exitCode).toBe(1);
    const [good, bad] = fake
      .stdout()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
    expect(good).toEqual({
      file: "good.yaml",
      valid: true,
      issues: [WARNING],
      summary: SUMMARY,
    });
    expect(bad).toMatchObject({ file: "bad.yaml", valid: false, issues: [ERROR] });
  });

  it("adds the edges when they are asked for", async () => {
    const fake = createFakeWorld({ loadDocument: loading([]) });

    await runCli(["pattern", "validate", "a.yaml", "--json", "--edges"], fake.world);

    expect(JSON.parse(fake.stdout())).toMatchObject({ edges: [["a", "b"]] });
  });

  it("refuses warnings when told to be strict", async () => {
    const fake = createFakeWorld({ loadDocument: loading([WARNING]) });

    const exitCode = await runCli(["pattern", "validate", "a.yaml", "--strict"], fake.world);

    expect(exitCode).toBe(1);
    expect(fake.stdout()).toBe(
      [
        "a.yaml:3:5 warning unused-output: Nobody reads it.",
        "  3 |     steps",
        "    |     ^",
        "  Remove it.",
        "a.yaml: refused (0 errors, 1 warnings)",
        "  2 steps, 1 edges, 2 levels, at most 1 side by side",
        "  critical path: a -> b",
        "  Temporal events of a run: 17 to 23",
        "",
      ].join("\n"),
    );
  });
});

describe("heddle run start with a document that is refused", () => {
  it("prints status refused with the issues, exits 2, and asks no server", async () => {
    const fake = createFakeWorld({ loadDocument: loading([ERROR]) });

    const exitCode = await runCli(["run", "start", "bad.yaml", "--json"], fake.world);

    expect(exitCode).toBe(2);
    expect(JSON.parse(fake.stdout())).toEqual({ status: "refused", issues: [ERROR] });
  });
});
