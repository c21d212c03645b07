/** The programs of examples/fan-out by hand: nothing is counted twice, nothing is lost. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createFolder, removeFolders } from "./repository.ts";

const FAN_OUT = fileURLToPath(new URL("../../../examples/fan-out", import.meta.url));

let folder: string;

beforeEach(() => {
  folder = createFolder();
});

afterEach(removeFolders);

interface Split {
  readonly folder: string;
  readonly files: number;
  readonly leftOut: number;
  readonly shards: readonly (readonly string[])[];
}

interface Merged {
  readonly files: number;
  readonly words: number;
  readonly distinct: number;
  readonly mostUsed: Readonly<Record<string, number>>;
  readonly list: string;
}

function run(program: string, input: unknown): unknown {
  const { stdout, stderr } = spawnSync(process.execPath, [join(FAN_OUT, program)], {
    input: JSON.stringify(input),
    encoding: "utf8",
    env: {
      PATH: process.env["PATH"],
      HEDDLE_PATTERN_DIR: folder,
      HEDDLE_OUTPUT_DIR: join(folder, "out"),
    },
  });
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

function split(shards: number): Split {
  return run("split.mjs", { folder: ".", extensions: [".md"], shards }) as Split;
}

function countAll({ folder: root, shards }: Split): Merged {
  const counts = shards.map((files) => ({ json: run("count.mjs", { folder: root, files }) }));
  return run("merge.mjs", { counts, top: 3, leftOut: 0 }) as Merged;
}

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

test("the merged counts are the same for any number of shards", () => {
  write({
    "a.md": "one two two\n",
    "deep/b.md": "Two, three! Three; it's three\n",
    "deep/ä ö.md": "Ärger __proto__ constructor\n",
    "left.txt": "not counted\n",
    "node_modules/x.md": "not counted\n",
  });

  const results = [1, 2, 9].map((shards) => countAll(split(shards)));

  for (const result of results) {
    expect(result).toMatchObject({
      files: 3,
      words: 11,
      distinct: 7,
      mostUsed: { three: 3, two: 3, constructor: 1 },
    });
  }
});

test("shards are of about equal size, and none is empty", () => {
  write(Object.fromEntries([50, 30, 20, 10].map((size) => [`${size}.md`, "x".repeat(size)])));

  expect(split(2).shards.map((files) => files.toSorted())).toEqual([
    ["10.md", "50.md"],
    ["20.md", "30.md"],
  ]);
  expect(split(99).shards).toHaveLength(4);
});

test("a file that is gone by the time it is counted is not counted", () => {
  write({ "a.md": "one\n" });

  expect(run("count.mjs", { folder, files: ["a.md", "gone.md"] })).toMatchObject({
    files: 1,
    lines: 1,
  });
});

test("an empty folder gives an empty result", () => {
  const result = countAll(split(4));

  expect(result).toMatchObject({ files: 0, words: 0, distinct: 0 });
  expect(readFileSync(result.list, "utf8")).toBe("word,count\n");
});

test("more files than one output may list are counted as left out", () => {
  write(
    Object.fromEntries(
      Array.from({ length: 600 }, (_, number) => [`${"name".repeat(12)}-${number}.md`, "x"]),
    ),
  );

  const { files, leftOut, shards } = split(4);

  expect(files + leftOut).toBe(600);
  expect(leftOut).toBeGreaterThan(0);
  expect(Buffer.byteLength(JSON.stringify(shards))).toBeLessThan(25_000);
});
