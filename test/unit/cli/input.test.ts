import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { readInput } from "../../../src/cli/input.ts";

describe("the input of a run", () => {
  let cwd = "";
  const world = { cwd: "", readStdin: () => Promise.resolve('{"from":"stdin"}') };

  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), "heddle-input-"));
    world.cwd = cwd;
    await writeFile(join(cwd, "in.json"), '{"a":[1,2]}');
    await writeFile(join(cwd, "in.yaml"), "a: 1\nwhen: 2024-01-01\n");
    await writeFile(join(cwd, "bad.json"), "{a}");
  });
  afterAll(() => rm(cwd, { recursive: true }));

  it.each([
    ["nothing", undefined, {}],
    ["an inline object", '{"n":1}', { n: 1 }],
    ["an inline array", " [1,2]", [1, 2]],
    ["an inline string", '"x"', "x"],
    ["an inline number", "-1.5", -1.5],
    ["an inline literal", "true", true],
    ["stdin", "-", { from: "stdin" }],
    ["a JSON file", "in.json", { a: [1, 2] }],
    ["a YAML file", "in.yaml", { a: 1, when: "2024-01-01" }],
  ])("is read from %s", async (_what, given, expected) => {
    expect(await readInput(given, world)).toEqual(expected);
  });

  it("names the file that cannot be read", async () => {
    await expect(readInput("missing.json", world)).rejects.toMatchObject({
      code: "INPUT_UNREADABLE",
      message: expect.stringContaining('"missing.json"') as string,
    });
  });

  it("says which source is not JSON", async () => {
    await expect(readInput("bad.json", world)).rejects.toThrow(/bad\.json is not JSON/);
    await expect(readInput("{oops", world)).rejects.toThrow(/--input is not JSON/);
  });
});
