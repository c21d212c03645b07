// What the shell makes of a compiled command is the claim, so a real shell is asked.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { splitText } from "../../../src/expressions/index.ts";
import { compileShell } from "../../../src/patterns/compile/shell.ts";

const SHELLS = ["/bin/sh", "/bin/bash"].filter((path) => existsSync(path));

function compile(command: string): ReturnType<typeof compileShell> {
  return compileShell(splitText(command));
}

/** Runs a command with the same value in the place of every expression. */
function run(shell: string, command: string, value: string): string {
  const { shell: script, env } = compile(command);
  const values = Object.fromEntries([...env.keys()].map((name) => [name, value]));
  const { stdout, stderr, status } = spawnSync(shell, ["-c", script], {
    env: { PATH: process.env["PATH"] ?? "", ...values },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${script} ended with ${String(status)}: ${stderr}`);
  return stdout;
}

/** Every place has to print exactly the value, whatever is in it. `V` stands for the expression. */
const PLACES = [
  "printf %s V",
  'printf %s "V"',
  "printf %s 'V'",
  `printf %s "$(printf %s V)"`,
  `printf %s "$(printf %s "V")"`,
  'printf %s "`printf %s V`"',
  'X=V; printf %s "$X"',
  'printf %s "${X:-V}"',
  "X=; printf %s ${X:-V}",
  "(printf %s V)",
  "if true; then printf %s V; fi",
  "# it's a comment V\nprintf %s V",
  "printf %s V # don't V",
  "case V in V) printf %s V;; esac",
  'f() { printf %s "$1"; }; f V',
  "printf %s\\\\n x >/dev/null; printf %s V",
  "echo 'it'\\''s' >/dev/null; printf %s V",
  `printf %s "a'b" >/dev/null && printf %s V`,
  "printf %s V | cat",
  "echo $((1 + 1)) >/dev/null; printf %s V",
  "echo $(( (1) )) >/dev/null; printf %s V",
  "cat <<<'it' >/dev/null 2>&1 || true; printf %s V",
  "echo $((1<<2)) $((2 * (3 + 1))) >/dev/null; printf %s V",
  "cat <<END >/dev/null\nit's V\nEND\nprintf %s V",
  "cat <<'END' >/dev/null\nit's \"\nEND\nprintf %s V",
  "cat <<-END >/dev/null\n\tit's\n\tEND\nprintf %s V",
] as const;

const nasty = fc.oneof(
  fc.constantFrom(
    ...[
      "$(touch /tmp/never)",
      "`id`",
      "; exit 3",
      "'; exit 3; '",
      '"; exit 3; "',
      "a b  c",
      "*",
      "~",
      "\\",
    ],
    ...[
      "-n",
      "$HOME",
      "${HOME}",
      "a\nb",
      "'",
      '"',
      "\\'",
      "END",
      "#",
      "",
      "!",
      "&&",
      "é😀",
      "}",
      ")",
    ],
  ),
  fc.string({ unit: "grapheme", maxLength: 20 }).filter((text) => !text.includes("\0")),
);

describe("a value in a shell command", () => {
  it.each(PLACES)("stays one word, and only that: %s", (place) => {
    const command = place.replaceAll("V", "${{ input.x }}");

    fc.assert(
      fc.property(nasty, fc.constantFrom(...SHELLS), (value, anyShell) => {
        const shell = place.includes("<<<") ? (SHELLS.at(-1) ?? anyShell) : anyShell;
        // `$( )` and backquotes drop line breaks at the end, here as in any script.
        const expected = /\$\(printf|`/.test(place) ? value.replace(/\n+$/, "") : value;
        expect(run(shell, command, value)).toBe(expected);
      }),
      { numRuns: 8 },
    );
  });

  it("is filled into a here-document as text", () => {
    expect(run("/bin/sh", "cat <<END\n[${{ input.x }}]\nEND\n", "$(id) `id` '\"")).toBe(
      "[$(id) `id` '\"]\n",
    );
  });

  it.runIf(SHELLS.includes("/bin/bash"))("stays one word inside $'...'", () => {
    expect(run("/bin/bash", "printf %s $'a\\t'$'<${{ input.x }}>'", "x'y\"z")).toBe("a\t<x'y\"z>");
  });

  it("is numbered by its place, each expression with its own variable", () => {
    const { shell, env } = compile("a ${{ input.x }} 'b ${{ input.y }}'");

    expect(shell).toBe(`a "\${HEDDLE_VALUE_0}" 'b '"\${HEDDLE_VALUE_1}"''`);
    expect([...env]).toEqual([
      ["HEDDLE_VALUE_0", "input.x"],
      ["HEDDLE_VALUE_1", "input.y"],
    ]);
  });

  it("must be a whole number in arithmetic, which the shell evaluates", () => {
    const { shell, env } = compile("echo $(( ${{ input.x }} + 1 ))");

    expect(shell).toBe("echo $(( ${HEDDLE_VALUE_0} + 1 ))");
    expect(env.get("HEDDLE_VALUE_0")).toBe("int(input.x\n)");
  });

  it.each([
    ["echo \\${{ input.x }}", /backslash/],
    ['echo "\\${{ input.x }}"', /backslash/],
    ["cat <<'END'\n${{ input.x }}\nEND", /here-document "END" is quoted/],
    ['cat <<"END"\n${{ input.x }}\nEND', /is quoted/],
    ["cat <<\\END\n${{ input.x }}\nEND", /is quoted/],
  ])("is refused where it could not be put safely: %j", (command, message) => {
    const { problems } = compile(command);

    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toMatch(message);
    expect(problems[0]?.offset).toBe(command.indexOf("${{"));
  });

  it.each(["echo \\\\${{ input.x }}", "cat <<'END'\nx\nEND\necho ${{ input.x }}"])(
    "is accepted where it only looks unsafe: %j",
    (command) => {
      expect(compile(command).problems).toEqual([]);
    },
  );
});
