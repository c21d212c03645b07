/** The checks of examples/change-review, run as processes on small repositories. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createRepository, removeFolders, runCheck, type Repository } from "./repository.ts";

let repository: Repository;

beforeEach(() => {
  repository = createRepository();
});

afterEach(removeFolders);

/** Made-up secrets are put together here, so that no scanner takes this file for a leak. */
const FAKE = {
  awsKey: ["AKIA", "Q3EGRZTL7XKPW2VD"].join(""),
  github: ["ghp", "a8Gk2LmQ9xZ4vB7nT1rY6wE3sD5fH0jK2pLq"].join("_"),
  privateKey: ["-----BEGIN RSA", "PRIVATE KEY-----"].join(" "),
  random: ["tR9xQ2mL7vK4", "pZ8nW3sB6yD1"].join(""),
};

describe("on nothing to look at", () => {
  test.each(["formatting", "syntax", "secrets", "size", "tests"])(
    "%s says so of an empty change",
    (check) => {
      repository.commit("first", { "a.txt": "a\n" });
      repository.commit("second", {});

      const { exitCode, json } = runCheck(check, repository);
      const empty = runCheck(check, createRepository());

      expect(exitCode).toBe(0);
      expect(json.findings).toEqual([]);
      expect(empty.json).toMatchObject({ status: "nothing to check", summary: "nothing to check" });
    },
  );

  test.each(["formatting", "syntax", "secrets", "size", "tests"])(
    "%s leaves binary and deleted files, links and submodules alone",
    (check) => {
      repository.commit("first", { "gone.js": "function (\n" });
      repository.commit("second", {
        "gone.js": null,
        "image.js": Buffer.from([0, 1, 2, 13, 10, 32, 10]),
      });
      repository.git(
        "update-index",
        "--add",
        "--cacheinfo",
        `160000,${repository.git("rev-parse", "HEAD")},module.js`,
      );
      const link = repository.git("hash-object", "-w", ".git/HEAD");
      repository.git("update-index", "--add", "--cacheinfo", `120000,${link},link.json`);
      repository.git("commit", "--quiet", "--message", "third");

      const { exitCode, json } = runCheck(check, repository);

      expect(exitCode).toBe(0);
      expect(json.findings).toEqual([]);
    },
  );
});

describe("formatting", () => {
  const findingsOf = (files: Record<string, string>): string[] => {
    repository.commit("files", files);
    return runCheck("formatting", repository).json.findings.map(
      ({ severity, rule, file, line }) => `${severity} ${rule} ${file}:${line ?? ""}`,
    );
  };

  test("finds white space at line ends, in any file name", () => {
    expect(findingsOf({ "a.js": "ok();\nbad(); \n", 'b "c"\nd: 1.js': "bad();\t\n" })).toEqual([
      "info trailing-whitespace a.js:2",
      'info trailing-whitespace b "c"\nd: 1.js:1',
    ]);
  });

  test("finds conflict markers as errors", () => {
    const text = "<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n";

    expect(findingsOf({ "a.txt": text })).toContain("error conflict-marker a.txt:1");
  });

  test("finds mixed line ends, but not a file that is all CRLF", () => {
    repository.git("config", "core.autocrlf", "false");

    expect(findingsOf({ "mixed.txt": "a\r\nb\n", "windows.txt": "a\r\nb\r\n" })).toEqual([
      "warning mixed-line-ends mixed.txt:",
    ]);
  });

  test("finds a missing last line break, a byte order mark and mixed indentation", () => {
    expect(
      findingsOf({
        "a.js": "one();\ntwo();",
        "b.js": "\uFEFFone();\n",
        "c.js": "{\n  a();\n  b();\n\tc();\n}\n",
      }),
    ).toEqual([
      "info no-final-newline a.js:2",
      "info byte-order-mark b.js:1",
      "info mixed-indentation c.js:4",
    ]);
  });

  test("accepts Markdown's hard line breaks and a Makefile's tabs", () => {
    expect(findingsOf({ "a.md": "one  \ntwo\n", Makefile: "all:\n\techo\n  # note\n" })).toEqual(
      [],
    );
  });

  test("looks at changed lines only", () => {
    repository.commit("old", { "a.js": "bad(); \nok();\n" });

    expect(findingsOf({ "a.js": "bad(); \nnew();\n" })).toEqual([
      "info trailing-whitespace a.js:1",
    ]);
    repository.commit("newer", { "a.js": "bad(); \nnewer();\n" });
    expect(runCheck("formatting", repository, {}).json.findings).toHaveLength(1);
  });
});

describe("syntax", () => {
  const broken = {
    "bad.json": '{\n  "a": 1,\n  b\n}\n',
    "bad.mjs": "export const a = 1;\nconst = 2;\n",
    "bad.cjs": "function (\n",
    "bad.ts": "const a: number = ;\n",
    "bad.tsx": "export const a = <div>;\n",
    "bad.sh": "if true; then\necho\n",
    "bin/bad": "#!/bin/bash -e\nif\n",
    "bin/worse": "#!/usr/bin/env node\nconst = 1;\n",
    "test/broken.json": "{",
  };
  const good = {
    "good.json": '{ "a": 1 }\n',
    "module.js": "export const a = await 1;\n",
    "script.js": "with (Math) { max(1); }\n",
    "good.ts": "export const a: readonly string[] = [] satisfies string[];\n",
    "good.tsx": "export const a = <div>hello</div>;\n",
    "bin/good": '#!/usr/bin/env node\nimport "node:fs";\n',
    LICENSE: "Do what you want ( as long as\n",
    "good.sh": 'for f in *; do echo "$f"; done\n',
    "notes.txt": "{ not code\n",
  };

  test("tells the broken files from the good ones, with the line", () => {
    repository.commit("files", { ...broken, ...good });

    const { json, exitCode } = runCheck("syntax", repository);

    expect(exitCode).toBe(0);
    expect(json.status).toBe("failed");
    expect(json.findings.map(({ severity, file }) => `${severity} ${file}`).toSorted()).toEqual(
      Object.keys(broken)
        .map((file) => `${file.startsWith("test/") ? "warning" : "error"} ${file}`)
        .toSorted(),
    );
    expect(json.findings.find(({ file }) => file === "bad.mjs")?.line).toBe(2);
    expect(json.findings.find(({ file }) => file === "bad.ts")?.line).toBe(1);
  });

  test("checks Python where it is installed, and says so where it is not", () => {
    repository.commit("files", { "bad.py": "def f(:\n  pass\n", "good.py": "def f():\n  pass\n" });

    const { json } = runCheck("syntax", repository);

    const found = json.findings.map(({ file, line }) => `${file}:${line ?? ""}`);
    const skipped = json.notChecked.filter((note) => note.includes("python3 is not installed"));
    expect([found, skipped.length]).toEqual(skipped.length === 0 ? [["bad.py:1"], 0] : [[], 2]);
  });

  test("names what it could not check, and why", () => {
    repository.commit("files", {
      "tsconfig.json": "{ // note\n}\n",
      "run.sh": "#!/bin/zsh\necho ${(U)a}\n",
    });

    const { json } = runCheck("syntax", repository);

    expect(json.findings).toEqual([]);
    expect(json.notChecked.toSorted()).toEqual([
      "run.sh: no parser for this shell",
      "tsconfig.json: JSON with comments is not checked",
    ]);
  });

  test("never runs the code that it checks", () => {
    repository.commit("files", {
      "a.mjs": "process.exit(9);\n",
      "b.py": "raise SystemExit(9)\n",
      "c.sh": "exit 9\n",
      "node_modules/typescript/index.js": "process.exit(9);\n",
      "d.ts": "export {};\n",
    });

    expect(runCheck("syntax", repository)).toMatchObject({
      exitCode: 0,
      json: { status: "passed" },
    });
  });
});

describe("secrets", () => {
  test("finds keys, tokens and random values, and never prints them", () => {
    repository.commit("files", {
      "a.js": `const key = "${FAKE.awsKey}";\n`,
      "b.yaml": `x: 1\ntoken: ${FAKE.github}\n`,
      "c.txt": `${FAKE.privateKey}\n`,
      "d.py": `API_SECRET = "${FAKE.random}"\n`,
      "e.ts": `const url = "postgres://app:${FAKE.random}@db.internal/app";\n`,
    });

    const { json, stdout } = runCheck("secrets", repository);

    expect(json.findings.map(({ file, line, rule }) => `${file}:${line ?? ""} ${rule}`)).toEqual([
      "a.js:1 aws-access-key",
      "b.yaml:2 github-token",
      "c.txt:1 private-key",
      "d.py:1 random-looking-value",
      "e.ts:1 password-in-url",
    ]);
    expect(json.status).toBe("failed");
    for (const secret of [FAKE.awsKey, FAKE.github, FAKE.random])
      expect(stdout).not.toContain(secret);
  });

  test("takes made-up secrets of tests for warnings", () => {
    repository.commit("files", { "test/a.test.ts": `const key = "${FAKE.awsKey}";\n` });

    expect(runCheck("secrets", repository).json).toMatchObject({
      status: "warned",
      findings: [{ severity: "warning" }],
    });
  });

  test("leaves placeholders, look-ups, local set-ups and accepted lines alone", () => {
    repository.commit("files", {
      "a.js": [
        "const key = process.env.API_KEY;",
        'const token = "<your-token-goes-here>";',
        'const password = "change-me-please-1";',
        "const secret = `${first}-${second}-0123`;",
        'const url = "postgres://heddle:heddle@localhost:5432/heddle";',
        `const key = "${FAKE.awsKey}"; // pragma: allowlist secret`,
        'const secretName = "projects/heddle/secrets";',
        "",
      ].join("\n"),
    });

    expect(runCheck("secrets", repository).json.findings).toEqual([]);
  });

  test("looks at added lines only, and warns of files that usually hold secrets", () => {
    repository.commit("old", { "a.js": `const key = "${FAKE.awsKey}";\n` });
    for (let number = 0; number < 5; number += 1)
      repository.commit("more", { "b.js": `${number};\n` });
    repository.commit("new", { "a.js": null, ".env": "A=1\n", "deploy/id_rsa": "x\n" });

    const { json } = runCheck("secrets", repository);

    expect(json.findings.map(({ file, rule }) => `${file} ${rule}`)).toEqual([
      ".env secret-file",
      "deploy/id_rsa secret-file",
    ]);
  });
});

describe("size", () => {
  test("counts lines, branches, folders and commits, without generated files", () => {
    repository.commit("first", { "src/a.js": "if (a && b) c();\n", "README.md": "hello\n" });
    repository.commit("second", { "src/a.js": "if (a && b) c();\nfor (;;) d();\n" });
    repository.commit("third", {
      "src/a.js": "// if if if\nfor (;;) d();\n",
      "dist/a.js": "if (a) b();\n".repeat(50),
    });

    const { json } = runCheck("size", repository);

    expect(json.facts).toMatchObject({
      lines: 3,
      branches: 1,
      hot: [
        { path: "src/a.js", added: 2, removed: 0, branches: 1, commits: 3 },
        { path: "README.md", commits: 1 },
      ],
    });
    expect(json.findings).toMatchObject([{ rule: "hot-file", file: "src/a.js" }]);
  });

  test("says no, with exit code 1, above the wanted number of lines", () => {
    repository.commit("first", { "a.js": "1;\n".repeat(30) });

    const { exitCode, stderr, json } = runCheck("size", repository, { maxLines: 29 });

    expect(exitCode).toBe(1);
    expect(stderr).toContain("30 changed lines are more than 29");
    expect(json.status).toBe("failed");
    expect(runCheck("size", repository, { maxLines: 30 }).exitCode).toBe(0);
  });
});

describe("tests", () => {
  const code = "work();\n".repeat(40);

  test("compares the test lines with the source lines", () => {
    repository.commit("first", { "src/a.js": code, "test/a.test.js": "check();\n".repeat(10) });

    const { json, exitCode } = runCheck("tests", repository);

    expect(json.facts).toEqual({ sourceLines: 40, testLines: 10, ratio: 0.25 });
    expect([exitCode, json.status]).toEqual([0, "passed"]);
  });

  test("says no, with exit code 1, below the wanted ratio", () => {
    repository.commit("first", { "src/a.js": code });

    const { exitCode, stderr } = runCheck("tests", repository, { minRatio: 0.5 });

    expect(exitCode).toBe(1);
    expect(stderr).toBe("0 test lines for 40 new source lines: ratio 0.00, wanted at least 0.5.\n");
  });

  test("does not judge a small change, and mentions a deleted test file", () => {
    repository.commit("first", { "test/a.test.js": "check();\n" });
    repository.commit("second", { "src/a.js": "a();\n" });
    for (let number = 0; number < 4; number += 1)
      repository.commit("more", { "notes.md": `${number}\n` });
    repository.commit("last", { "test/a.test.js": null });

    const { exitCode, json } = runCheck("tests", repository, { minRatio: 1 });

    expect(exitCode).toBe(0);
    expect(json.findings).toMatchObject([{ rule: "test-file-deleted", file: "test/a.test.js" }]);
  });
});
