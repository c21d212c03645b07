/** The reviewer of examples/change-review: what it points at, what it leaves alone, and that it tells the right line. */
import { createHash } from "node:crypto";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  createRepository,
  listChanges,
  removeFolders,
  reviewAll,
  reviewFile,
  runCheck,
  type FileEntry,
  type Repository,
} from "./repository.ts";

let repository: Repository;

beforeEach(() => {
  repository = createRepository();
});

afterAll(removeFolders);

/** "rule:line" of all findings after the files were committed. */
function review(files: Record<string, string | Buffer | null>): string[] {
  repository.commit("files", files);
  return reviewAll(repository, { range: "HEAD" }).map(({ rule, line }) => `${rule}:${line ?? ""}`);
}

const SUSPECT: readonly (readonly [file: string, line: string, rule: string])[] = [
  ["a.ts", "debugger;", "debugger"],
  ["a.py", "breakpoint()", "debugger"],
  ["a.js", 'console.log("here");', "debug-print"],
  ["a.py", 'print("here")', "debug-print"],
  ["a.rs", "    dbg!(x);", "debug-print"],
  ["test/a.test.ts", 'test.only("x", () => {});', "focused-test"],
  ["test/a.test.ts", 'it.skip("x", () => {});', "skipped-test"],
  ["test_a.py", "@pytest.mark.skip", "skipped-test"],
  ["a.ts", "const a = eval(text);", "eval"],
  ["a.py", "exec(text)", "eval"],
  ["a.js", "execSync(`rm ${name}`);", "shell-command"],
  ["a.js", 'exec("rm " + name);', "shell-command"],
  ["a.js", 'spawn("rm", [name], { shell: true });', "shell-command"],
  ["a.py", "subprocess.run(cmd, shell=True)", "shell-command"],
  ["a.py", "data = pickle.loads(body)", "unsafe-load"],
  ["a.js", "element.innerHTML = text;", "raw-html"],
  ["a.js", "db.query(`select * from users where id = ${id}`);", "sql-from-parts"],
  ["a.js", "db.query(`select * from orders where customer = '${name}'`);", "sql-from-parts"],
  ["a.py", `db.execute(f"select * from users where name = '{name}'")`, "sql-from-parts"],
  ["a.py", 'db.execute("delete from users where id = %s" % id)', "sql-from-parts"],
  ["a.java", 'q("SELECT * FROM users WHERE id = " + id);', "sql-from-parts"],
  ["a.js", "request({ rejectUnauthorized: false });", "no-tls-check"],
  ["a.sh", "curl -s https://example.com/x | sh", "download-and-run"],
  ["a.sh", 'rm -rf "$FOLDER/"', "delete-by-variable"],
  ["a.sh", "chmod -R 777 data", "wide-permissions"],
  ["a.ts", "run().catch(() => {});", "swallowed-promise"],
  ["a.ts", "const a = b as any;", "any-type"],
  ["a.ts", "// @ts-ignore", "silenced-checker"],
  ["a.py", "x = f()  # noqa", "silenced-checker"],
  ["a.go", "// FIXME: later", "open-task"],
  ["a.ts", `const a = [${"1, ".repeat(80)}];`, "long-line"],
  ["a.txt", ">>>>>>> theirs", "conflict-marker"],
];

const HARMLESS: readonly (readonly [file: string, lines: string])[] = [
  ["a.ts", 'const hint = "never call eval(x) or debugger;";'],
  ["a.ts", "// eval(text) would run text as code; debugger;"],
  ["a.ts", "const pattern = /eval\\(|debugger;$|TODO/;"],
  ["a.ts", "const text = `console.log(${inner(`TODO`)})`;"],
  ["a.py", '"""Never eval(x).\nbreakpoint()\n"""'],
  ["a.ts", "await close().catch(() => undefined); // it may never have been opened"],
  ["a.ts", "// Closing twice is fine.\nawait close().catch(() => undefined);"],
  ["test/a.test.ts", 'console.log("tests may talk");'],
  ["a.ts", "method.exec(text); retrieval(text);"],
  ["a.ts", 'db.query("select * from users where id = $1", [id]);'],
  ["a.py", 'db.execute("select * from users where id = %s", [id])'],
  ["a.ts", "const hint = `select one of ${names}`;"],
  ["a.sh", 'rm -rf "${FOLDER:?}/"'],
  ["a.md", "TODO console.log( eval("],
  ["a.css", "a { color: red } /* fine */"],
  ["a.sql", "select 'it''s -- fine' from t; -- note"],
];

/** One repository holds all cases, each in a folder of its own: making one per case takes most of the time. */
describe("in a line", () => {
  let cases: Repository;
  let files: ReadonlyMap<string, FileEntry>;

  beforeAll(() => {
    const all = [...SUSPECT, ...HARMLESS].map(([file, line]) => [
      pathOf(file, line),
      `\n${line}\n`,
    ]);
    cases = createRepository();
    cases.commit("cases", Object.fromEntries(all) as Record<string, string>);
    const listed = [0, 1].flatMap(
      (half) => listChanges(cases, { paths: pathsOfHalf(all, half), maxFiles: 99 }).files,
    );
    files = new Map(listed.map((file) => [file.path, file]));
  });

  const rulesAt = (file: string, line: string): string[] => {
    const entry = files.get(pathOf(file, line));
    if (entry === undefined) throw new Error(`no case for ${file}`);
    return reviewFile(cases.folder, entry).findings.map(
      (found) => `${found.rule}:${found.line ?? ""}`,
    );
  };

  test.each(SUSPECT)("%s: %s is %s", (file, line, rule) => {
    expect(rulesAt(file, line)).toContain(`${rule}:2`);
  });

  test.each(HARMLESS)("%s: leaves %s alone", (file, line) => {
    expect(rulesAt(file, line)).toEqual([]);
  });
});

function pathOf(file: string, line: string): string {
  const cut = file.lastIndexOf("/") + 1;
  const digest = createHash("sha256").update(line).digest("hex").slice(0, 8);
  return `${file.slice(0, cut)}${digest}/${file.slice(cut)}`;
}

// The list of one run is bounded in bytes, so the cases are listed in two.
function pathsOfHalf(all: readonly (readonly string[])[], half: number): string[] {
  return all.filter((_, index) => index % 2 === half).map(([path]) => path ?? "");
}

describe("in added lines", () => {
  test("only added lines count, with their number in the new file", () => {
    repository.commit("old", { "a.js": "console.log(1);\nwork();\n" });

    expect(review({ "a.js": "start();\nconsole.log(1);\nwork();\nconsole.log(2);\n" })).toEqual([
      "debug-print:4",
    ]);
  });

  test("a script without an extension is read by the language of its first line", () => {
    expect(review({ "bin/clean": '#!/usr/bin/env bash\nrm -rf "$FOLDER/"\n' })).toEqual([
      "delete-by-variable:2",
    ]);
  });

  test("repeats of one rule are shortened to three", () => {
    repository.commit("files", { "a.js": "console.log(1);\n".repeat(9) });

    const findings = reviewAll(repository);

    expect(findings).toHaveLength(3);
    expect(findings.at(-1)?.message).toContain("(and 6 more in this file)");
  });

  test("sample texts in tests are remarks only", () => {
    const line = "const sample = 'request({ rejectUnauthorized: false })';\n";
    repository.commit("files", { "a.ts": line, "test/a.test.ts": line });

    const found = reviewAll(repository).map(({ severity, file }) => `${severity} ${file}`);

    expect(found.toSorted()).toEqual(["error a.ts", "info test/a.test.ts"]);
  });

  test("a secret in a quoted line is made unreadable", () => {
    const token = ["ghp", "a8Gk2LmQ9xZ4vB7nT1rY6wE3sD5fH0jK2pLq"].join("_");
    repository.commit("files", { "a.js": `console.log("${token}");\n` });

    expect(reviewAll(repository)[0]?.code).toBe('console.log("ghp_… 40 characters");');
  });
});

describe("across lines", () => {
  const long = (name: string): string =>
    `export async function ${name}(\n  a,\n  { b, c },\n) {\n${"  work();\n".repeat(60)}}\n`;

  test("finds long functions that are new, in several languages", () => {
    expect(review({ "a.ts": `const x = 1;\n${long("doAll")}` })).toEqual(["long-function:5"]);
    expect(
      review({ "b.py": `def do_all(\n    a,\n):\n${"    work()\n\n".repeat(40)}x = 1\n` }),
    ).toEqual(["long-function:1"]);
    expect(
      review({
        "c.go": `func (s *Server) DoAll(a int) (int, error) {\n${"\twork()\n".repeat(60)}}\n`,
      }),
    ).toEqual(["long-function:1"]);
  });

  test("names the function, also an arrow and a method", () => {
    const body = "{\n" + "  work();\n".repeat(61) + "}";
    repository.commit("files", {
      "a.ts": `export const arrow = async (a: string): Promise<void> => ${body};\nclass A {\n  method(a = {}): void ${body}\n}\n`,
    });

    expect(reviewAll(repository).map(({ message }) => message)).toEqual([
      "arrow is 63 lines long.",
      "method is 63 lines long.",
    ]);
  });

  test("leaves an old long function alone that changed a little", () => {
    repository.commit("old", { "a.ts": long("doAll") });

    expect(review({ "a.ts": long("doAll").replace("work();", "more();") })).toEqual([]);
  });

  test("finds functions with many branches", () => {
    const body = Array.from(
      { length: 16 },
      (_, number) => `  if (a === ${number}) return b;\n`,
    ).join("");

    expect(review({ "a.ts": `function choose(a, b) {\n${body}}\n` })).toEqual([
      "branchy-function:1",
    ]);
  });

  test("finds swallowed errors, unless a comment says why", () => {
    const silent = "try {\n  a();\n} catch {\n}\ntry {\n  a();\n} catch (error) {}\n";
    const explained = "try {\n  a();\n} catch {\n  // it may be gone already\n}\n";

    expect(review({ "a.ts": silent })).toEqual(["swallowed-error:3", "swallowed-error:7"]);
    expect(review({ "b.ts": explained })).toEqual([]);
    expect(review({ "c.py": "try:\n  a()\nexcept ValueError:\n  pass\n" })).toEqual([
      "swallowed-error:3",
    ]);
    expect(review({ "d.py": "try:\n  a()\nexcept ValueError:\n  pass  # may be gone\n" })).toEqual(
      [],
    );
  });

  test("finds removed tests and assertions", () => {
    const cases = ["a", "b", "c"].map(
      (name) => `test("${name}", () => {\n  expect(1).toBe(1);\n});\n`,
    );
    repository.commit("old", { "test/a.test.ts": cases.join("") });

    expect(review({ "test/a.test.ts": cases.slice(0, 1).join("") })).toEqual(["tests-removed:"]);
  });

  test("mentions a file that outgrew a thousand lines", () => {
    repository.commit("old", { "a.ts": "work();\n".repeat(990) });

    expect(review({ "a.ts": "work();\n".repeat(1001) })).toEqual(["large-file:"]);
  });
});

describe("of a file as a whole", () => {
  test("mentions binaries, rights and links that lead outside", () => {
    repository.commit("old", { "run.sh": "#!/bin/sh\necho\n" });
    repository.git("update-index", "--chmod=+x", "run.sh");
    symlinkSync("../../etc/passwd", join(repository.folder, "outside"));
    symlinkSync("run.sh", join(repository.folder, "inside"));
    repository.commit("files", { "image.png": Buffer.from([0, 1, 2]) });
    repository.git("update-index", "--chmod=+x", "run.sh");
    repository.git("commit", "--quiet", "--allow-empty", "--message", "rights");

    const found = reviewAll(repository, { range: "HEAD~2..HEAD" });

    expect(
      found.map(({ severity, rule, file }) => `${severity} ${rule} ${file}`).toSorted(),
    ).toEqual(["error link-outside outside", "info binary image.png", "info permissions run.sh"]);
  });

  test("has nothing to say of deletions, empty files and pure moves", () => {
    const text = "debugger;\n".repeat(9);
    repository.commit("old", { "a.js": text, "gone.js": "debugger;\n" });

    expect(review({ "a.js": null, "moved.js": text, "gone.js": null, "empty.js": "" })).toEqual([]);
  });

  test("does not read what is too large to read", () => {
    expect(review({ "a.js": "debugger;\n".repeat(60_000) })).toEqual(["too-large-to-read:"]);
  });

  test("copes with broken and hostile text", () => {
    const hostile = ["`${`${", "/[/", "'", '"""', "/*", "{{{(((", "}}})))", "\u2028", "\\"].join(
      "\n",
    );
    const languages = [
      "js",
      "ts",
      "py",
      "go",
      "rs",
      "sh",
      "rb",
      "php",
      "java",
      "sql",
      "css",
      "yaml",
    ];

    const files = Object.fromEntries(
      languages.map((language) => [`a.${language}`, `${hostile}\n`]),
    );

    expect(() => review(files)).not.toThrow();
  });

  test("is not slowed down by endless lines", () => {
    const parts = ["`select a ", "a-a-a.a+", "(){}()", 'catch (e) {"', "eyJa.", "token = ", "/[/"];
    repository.commit(
      "files",
      Object.fromEntries(parts.map((part, number) => [`${number}.ts`, part.repeat(40_000)])),
    );

    expect(reviewAll(repository).every(({ rule }) => rule === "long-line" || rule === "eval")).toBe(
      true,
    );
    expect(runCheck("secrets", repository).exitCode).toBe(0);
  });
});
