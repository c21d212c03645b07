/** The first step of examples/change-review must understand any repository, range and file name. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  createFolder,
  createRepository,
  EXAMPLE,
  listChanges,
  removeFolders,
  runProgram,
  type Repository,
} from "./repository.ts";

let repository: Repository;

beforeEach(() => {
  repository = createRepository();
});

afterEach(removeFolders);

describe("the range", () => {
  test("is the whole content when the repository has one commit", () => {
    repository.commit("first", { "a.txt": "one\n", "b/c.txt": "two\n" });

    const { files, commits, summary } = listChanges(repository);

    expect(files.map((file) => file.path).toSorted()).toEqual(["a.txt", "b/c.txt"]);
    expect(commits.total).toBe(1);
    expect(summary).toBe("2 files changed in 1 commit (the latest commit)");
  });

  test("is the latest five commits by default", () => {
    for (let number = 1; number <= 8; number += 1) {
      repository.commit(`commit ${number}`, { [`${number}.txt`]: "x\n" });
    }

    const { files, commits } = listChanges(repository);

    expect(files.map((file) => file.path).toSorted()).toEqual(
      [4, 5, 6, 7, 8].map((number) => `${number}.txt`),
    );
    expect(commits.latest.map((commit) => commit.subject)).toEqual(
      [8, 7, 6, 5, 4].map((number) => `commit ${number}`),
    );
  });

  test("may be one commit, two commits, or a branch against its fork point", () => {
    const first = repository.commit("first", { "a.txt": "a\n" });
    repository.commit("second", { "b.txt": "b\n" });
    repository.git("checkout", "--quiet", "-b", "side", first);
    repository.commit("third", { "c.txt": "c\n" });
    const pathsOf = (range: string): string[] =>
      listChanges(repository, { range }).files.map((file) => `${file.status} ${file.path}`);

    expect(pathsOf(first)).toEqual(["added a.txt"]);
    expect(pathsOf("main...side")).toEqual(["added c.txt"]);
    expect(pathsOf("main..side").toSorted()).toEqual(["added c.txt", "deleted b.txt"]);
    expect(pathsOf("..main").toSorted()).toEqual(["added b.txt", "deleted c.txt"]);
  });

  test("may be empty", () => {
    repository.commit("first", { "a.txt": "a\n" });

    const { files, totals, commits } = listChanges(repository, { range: "HEAD..HEAD" });

    expect([files.length, totals.files, commits.total]).toEqual([0, 0, 0]);
  });

  test("is empty in a repository without commits", () => {
    expect(listChanges(repository).summary).toBe("0 files changed in 0 commits (no commits yet)");
  });

  test("is refused when it names no commit, with the way to write it", () => {
    repository.commit("first", { "a.txt": "a\n" });

    const { exitCode, stderr } = runProgram("steps/changes.mjs", {
      repository: repository.folder,
      range: "nowhere..HEAD",
    });

    expect(exitCode).toBe(1);
    expect(stderr).toContain('"nowhere" is no commit, branch or tag');
    expect(stderr).toContain('"a..b"');
  });

  test("cannot smuggle an option into git", () => {
    repository.commit("first", { "a.txt": "a\n" });

    const { exitCode, stderr } = runProgram("steps/changes.mjs", {
      repository: repository.folder,
      range: "--output=stolen",
    });

    expect(exitCode).toBe(1);
    expect(stderr).toContain('"--output=stolen" is no commit');
  });

  test("of a shallow clone says that it is shallow", () => {
    repository.commit("first", { "a.txt": "a\n" });
    repository.commit("second", { "b.txt": "b\n" });
    const clone = createRepository();
    execFileSync("git", [
      "-C",
      clone.folder,
      "fetch",
      "--quiet",
      "--depth=1",
      `file://${repository.folder}`,
      "main",
    ]);
    clone.git("reset", "--quiet", "--hard", "FETCH_HEAD");

    const { notes, files } = listChanges(clone);

    expect(files).toHaveLength(2);
    expect(notes.join()).toContain("shallow");
  });
});

describe("the repository", () => {
  test("is the clone that holds the example when none is given", () => {
    const { json, exitCode } = runProgram("steps/changes.mjs", {});

    expect(exitCode).toBe(0);
    expect(EXAMPLE.startsWith(json.change.repository)).toBe(true);
    expect(json.totals.files).toBeGreaterThan(0);
  });

  test("is a snapshot of the project when the example is in no clone", () => {
    const project = createFolder();
    cpSync(EXAMPLE, join(project, "examples/change-review"), { recursive: true });
    mkdirSync(join(project, "node_modules/x"), { recursive: true });
    writeFileSync(join(project, "node_modules/x/index.js"), "1;\n");
    writeFileSync(join(project, "package.json"), "{}\n");
    const env = {
      HEDDLE_PATTERN_DIR: join(project, "examples/change-review"),
      HEDDLE_OUTPUT_DIR: join(createFolder(), "out"),
    };

    const [first, again] = [1, 2].map(() =>
      runProgram("steps/changes.mjs", { maxFiles: 500 }, env),
    );
    const paths = first?.json.files.map((file) => file.path) ?? [];

    expect(paths).toContain("package.json");
    expect(paths).toContain("examples/change-review/pattern.yaml");
    expect(paths.filter((path) => path.startsWith("node_modules"))).toEqual([]);
    expect(again?.json.change).toEqual(first?.json.change);
    expect(() => execFileSync("test", ["-e", join(project, ".git")])).toThrow();
  });

  test("may be named by a folder inside it", () => {
    repository.commit("first", { "deep/down/a.txt": "a\n" });

    const { json } = runProgram("steps/changes.mjs", {
      repository: join(repository.folder, "deep/down"),
    });

    expect(json.change.repository).toBe(repository.folder);
  });

  test("may be bare, or use SHA-256", () => {
    const modern = createRepository(["--object-format=sha256"]);
    modern.commit("first", { "a.txt": "a\n" });
    const bare = createFolder();
    execFileSync("git", ["clone", "--quiet", "--bare", modern.folder, bare]);

    const { json } = runProgram("steps/changes.mjs", { repository: bare });

    expect(json.change.head).toHaveLength(64);
    expect(json.files.map((file) => file.path)).toEqual(["a.txt"]);
  });

  test("is refused with a remedy when the folder does not exist or is none", () => {
    const folder = createFolder();

    const missing = runProgram("steps/changes.mjs", { repository: join(folder, "missing") });
    const plain = runProgram("steps/changes.mjs", { repository: folder });

    expect([missing.exitCode, plain.exitCode]).toEqual([1, 1]);
    expect(missing.stderr).toContain("There is no folder");
    expect(plain.stderr).toContain("not a git repository");
  });

  test("cannot start programs through its configuration", () => {
    repository.commit("first", { "a.txt": "a\n" });
    const trace = join(repository.folder, "started");
    writeFileSync(join(repository.folder, "evil.sh"), `#!/bin/sh\ntouch "${trace}"\n`, {
      mode: 0o755,
    });
    repository.git("config", "diff.external", join(repository.folder, "evil.sh"));
    repository.git("config", "core.fsmonitor", join(repository.folder, "evil.sh"));

    const { files } = listChanges(repository);

    expect(files).toHaveLength(1);
    expect(() => execFileSync("test", ["-e", trace])).toThrow();
  });
});

describe("the files", () => {
  const NAMES = [
    "with space.txt",
    `quote"and'apostrophe.txt`,
    "line\nbreak.txt",
    "tab\there.txt",
    "back\\slash.txt",
    ":colon.txt",
    "umlaut-ä-日本.txt",
    "-dash.txt",
    "*.txt",
  ];

  test("keep their names, whatever these hold", () => {
    repository.commit("first", Object.fromEntries(NAMES.map((name) => [name, "x\n"])));

    const { files } = listChanges(repository);

    expect(files.map((file) => file.path).toSorted()).toEqual(NAMES.toSorted());
    expect(files.every((file) => file.additions === 1)).toBe(true);
  });

  test("can be narrowed to paths, which are names and not patterns", () => {
    repository.commit("first", Object.fromEntries(NAMES.map((name) => [name, "x\n"])));

    const { files } = listChanges(repository, { paths: ["*.txt"] });

    expect(files.map((file) => file.path)).toEqual(["*.txt"]);
  });

  test("say whether they were added, changed, moved or deleted, and whether they are binary", () => {
    const text = "some lines\nthat stay\nas they are\n".repeat(5);
    repository.commit("first", { "old name.txt": text, "gone.txt": "a\n", "kept.txt": "a\n" });
    repository.commit("second", {
      "old name.txt": null,
      "new name.txt": text,
      "gone.txt": null,
      "kept.txt": "b\n",
      "image.bin": Buffer.from([0, 1, 2, 3]),
    });

    const { files, totals } = listChanges(repository, { range: "HEAD" });
    const byPath = Object.fromEntries(files.map((file) => [file.path, file]));

    expect(byPath["new name.txt"]).toMatchObject({ status: "renamed", oldPath: "old name.txt" });
    expect(byPath["gone.txt"]).toMatchObject({ status: "deleted", deletions: 1 });
    expect(byPath["kept.txt"]).toMatchObject({ status: "modified", additions: 1, deletions: 1 });
    expect(byPath["image.bin"]).toMatchObject({ status: "added", binary: true });
    expect(totals).toMatchObject({ files: 4, binary: 1 });
  });

  test("are at most as many as asked for, the most changed first, and the rest is counted", () => {
    repository.commit("first", {
      "small.js": "1;\n",
      "large.js": "1;\n".repeat(30),
      "middle.js": "1;\n".repeat(10),
      "package-lock.json": "{}\n".repeat(99),
    });

    const { files, notes, totals } = listChanges(repository, { maxFiles: 2 });

    expect(files.map((file) => file.path)).toEqual(["large.js", "middle.js"]);
    expect(totals.files).toBe(4);
    expect(notes).toEqual([
      "1 generated or vendored file not reviewed one by one.",
      "1 less changed file not reviewed one by one (limit reached).",
    ]);
  });

  test("stay a small output however many they are", () => {
    const names = Array.from(
      { length: 900 },
      (_, number) => `${"folder/".repeat(8)}ファイル-${number}.js`,
    );
    repository.commit("first", Object.fromEntries(names.map((name) => [name, "1;\n"])));

    const { stdout, json } = runProgram("steps/changes.mjs", {
      repository: repository.folder,
      maxFiles: 500,
    });

    expect(Buffer.byteLength(stdout) * 2).toBeLessThan(60 * 1024);
    expect(json.totals.files).toBe(900);
  });
});
