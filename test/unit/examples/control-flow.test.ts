/** docs/workflow-patterns.md, the examples it links and what it counts agree. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

import { readPattern } from "../../../src/patterns/index.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const PAGE = join(ROOT, "docs/workflow-patterns.md");
const FOLDER = join(ROOT, "examples/control-flow");
const FILES = readdirSync(FOLDER).filter((file) => file.endsWith(".yaml"));

interface Row {
  readonly number: number;
  readonly supported: string;
  readonly link: string | undefined;
  readonly how: string;
}

const text = readFileSync(PAGE, "utf8");
const rows = text.split("\n").flatMap(readRow);

function readRow(line: string): readonly Row[] {
  const [, number = "", , supported = "", example = "", how = ""] = line
    .split("|")
    .map((cell) => cell.trim());
  if (!/^\d+$/.test(number)) return [];
  const link = /\((?<path>[^)]+)\)/.exec(example)?.groups?.["path"];
  return [{ number: Number(number), supported, link, how }];
}

describe("the page of control-flow patterns", () => {
  it("has each of the 43 once, and says of each how far and how", () => {
    const numbers = rows.map(({ number }) => number).sort((left, right) => left - right);

    expect(numbers).toEqual(Array.from({ length: 43 }, (_none, index) => index + 1));
    expect(rows.filter(({ supported }) => !["yes", "partly", "no"].includes(supported))).toEqual(
      [],
    );
    expect(rows.filter(({ how }) => how === "")).toEqual([]);
  });

  it("links for each that is supported the example of its number, and every example", () => {
    const linked = rows.flatMap(({ number, link }) =>
      link === undefined ? [] : [{ number, file: resolve(dirname(PAGE), link) }],
    );

    expect(
      rows.filter(({ supported, link }) => (supported === "no") !== (link === undefined)),
    ).toEqual([]);
    expect(linked.map(({ file }) => file).sort()).toEqual(FILES.map((file) => join(FOLDER, file)));
    for (const { number, file } of linked)
      expect(file).toContain(`/${String(number).padStart(2, "0")}-`);
  });

  it("counts them rightly, at least 36 of them supported", () => {
    const count = (wanted: string): number =>
      rows.filter(({ supported }) => supported === wanted).length;
    const none = count("no") === 0 ? "none" : String(count("no"));

    expect(text).toContain(
      `**${String(count("yes"))} are supported, ${String(count("partly"))} in part, ${none} not at all.**`,
    );
    expect(count("yes")).toBeGreaterThanOrEqual(36);
  });
});

describe("the examples of control-flow patterns", () => {
  it.each(FILES)(
    "%s is accepted without a warning, has its file's name and says its number",
    (file) => {
      const source = readFileSync(join(FOLDER, file), "utf8");
      const { accepted, issues } = readPattern(source);

      expect(issues).toEqual([]);
      expect(accepted?.plan.name).toBe(`control-flow-${file.replace(".yaml", "")}`);
      expect(source).toMatch(new RegExp(`^# ${String(Number(file.slice(0, 2)))} \\w`));
    },
  );
});
