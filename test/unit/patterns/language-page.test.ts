/** docs/language.md names all that the language has, and what it shows can be registered as it stands. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

import { describe, expect, it } from "vitest";
import { parse } from "yaml";

import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../../src/core/index.ts";
import { FUNCTIONS } from "../../../src/expressions/cel/functions.ts";
import { ROOT_NAMES } from "../../../src/expressions/check.ts";
import { readPattern } from "../../../src/patterns/index.ts";
import { describeDocument } from "../../../src/patterns/schema/index.ts";

const FOLDER = resolve(import.meta.dirname, "../../../docs");
const PAGE = readFileSync(resolve(FOLDER, "language.md"), "utf8");
const BLOCKS = [...PAGE.matchAll(/^```yaml\n(?<yaml>[\s\S]*?)^```$/gm)].map(
  ({ groups }) => groups?.["yaml"] ?? "",
);
const isWhole = (yaml: string): boolean => /^heddle: v1$/m.test(yaml);

/** Every word that stands in code: a name in a sentence may mean something else. */
const WORDS = new Set(
  [...PAGE.matchAll(/```[\s\S]*?```|`[^`\n]+`/g)].flatMap(([code]) => code.match(/[\w$.]+/g) ?? []),
);

function missing(names: readonly string[]): readonly string[] {
  return names.filter((name) => !WORDS.has(name)).toSorted();
}

/** The keys of a schema, those in it included; what stands under `hooks` has a page of its own. */
function keysOf(schema: JsonValue | undefined): readonly string[] {
  if (schema === undefined) return [];
  if (isJsonArray(schema)) return schema.flatMap(keysOf);
  if (!isJsonObject(schema)) return [];
  const { properties, anyOf, items, additionalProperties } = schema;
  const own =
    properties !== undefined && isJsonObject(properties) ? Object.entries(properties) : [];
  const inner = own.filter(([key]) => key !== "hooks").map(([, value]) => value);
  return [
    ...own.map(([key]) => key),
    ...[...inner, anyOf, items, additionalProperties].flatMap(keysOf),
  ];
}

describe("docs/language.md", () => {
  const schema = describeDocument();
  // as: the schema defines steps and handlers, which contain themselves
  const definitions = schema["definitions"] as JsonObject;

  it("names every key of a document, its roles, handlers and settings", () => {
    const keys = [schema, ...Object.values(definitions)].flatMap(keysOf);
    expect(keys).toEqual(
      expect.arrayContaining(["agents", "maxJumps", "capabilities", "threshold"]),
    );
    expect(missing(keys)).toEqual([]);
  });

  it("names every kind of step and every key of a step, also of what is inside", () => {
    const keys = keysOf(definitions["step"]);
    expect(keys).toEqual(expect.arrayContaining(["approval", "remind", "onMax", "tolerate"]));
    expect(missing(keys)).toEqual([]);
  });

  it("names every function of expressions, and every name they may read", () => {
    expect(missing(Object.keys(FUNCTIONS))).toEqual([]);
    expect(missing(ROOT_NAMES)).toEqual([]);
  });

  it("shows whole patterns in which the verifier finds nothing", () => {
    const whole = BLOCKS.filter(isWhole);
    expect(whole.length).toBeGreaterThan(0);
    for (const yaml of whole) expect(readPattern(yaml).issues).toEqual([]);
  });

  it("shows parts of patterns that are no errors where they belong", () => {
    const head = { heddle: "v1", name: "shown", version: "1.0.0", coordination: { timeout: "1h" } };
    for (const yaml of BLOCKS.filter((block) => !isWhole(block))) {
      const shown = parse(yaml) as object; // as: readPattern checks it
      const { issues } = readPattern(JSON.stringify({ ...head, ...shown }));
      expect(issues.filter(({ severity }) => severity === "error")).toEqual([]);
    }
  });

  it("links only pages that exist", () => {
    const links = [...PAGE.matchAll(/\]\((?<path>[^)#]+)[^)]*\)/g)].map(
      ({ groups }) => groups?.["path"] ?? "",
    );
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((path) => !existsSync(resolve(FOLDER, path)))).toEqual([]);
  });
});
