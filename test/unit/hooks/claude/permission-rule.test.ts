import { describe, expect, it } from "vitest";

import type { JsonObject } from "../../../../src/core/index.ts";
import {
  coversCall,
  parsePermissionRule,
} from "../../../../src/hooks/importers/claude/permission-rule.ts";
import { splitShellCommands } from "../../../../src/hooks/importers/claude/shell-commands.ts";

const PLACES = { cwd: "/home/u/app", home: "/home/u" };

function covers(rule: string, tool: string, input: JsonObject): boolean {
  const parsed = parsePermissionRule(rule);
  if (parsed === undefined) throw new Error(`no rule: ${rule}`);
  return coversCall(parsed, tool, input, PLACES);
}

const bash = (rule: string, command: string): boolean => covers(rule, "Bash", { command });
const edit = (rule: string, file_path: string): boolean => covers(rule, "Edit", { file_path });

describe("rules about commands", () => {
  it.each([
    ["Bash", "anything at all", true],
    ["Bash(*)", "anything", true],
    ["Bash()", "anything", true],
    ["Bash(git *)", "git status", true],
    ["Bash(git *)", "git", true],
    ["Bash(git *)", "gitk", false],
    ["Bash(git:*)", "git push", true],
    ["Bash(git:*)", "legit push", false],
    ["Bash(npm run test)", "npm run test", true],
    ["Bash(npm run test)", "npm run test:unit", false],
    ["Bash(git * main)", "git push origin main", true],
    ["Bash(rm -rf *)", "cd /x && rm -rf build", true],
    ["Bash(rm -rf *)", "echo 'rm -rf x'", false],
    ["Bash(git push *)", "A=1 B='x y' git push origin", true],
    ["Bash(rm *)", "echo $(rm -rf /)", true],
    ["Bash(rm *)", "if true; then rm -rf x; fi", true],
    ["Bash(rm *)", "for f in a b; do rm $f; done", true],
    ["Bash(rm *)", "! time rm x", true],
    ["Bash(rm *)", "thenrm x", false],
    ["Bash(rm -rf:*)", "rm  \t-rf /", true],
    ["Bash(rm *)", "echo `rm x`", true],
    ["Bash(git push *)", "git $ACTION", true],
    ["Bash(git push *)", "npm run $SCRIPT", true],
    ["Bash(git *)", "npm run $SCRIPT", false],
    ["Bash(rm *)", "echo 'unfinished", true],
    ["Bash(rm *)", "echo $(unfinished", true],
    ["Bash(rm *)", "ls | xargs rm x", false],
    ["Bash(rm *)", "(cd /x; rm y)", true],
    ["Bash(rm *)", "{ rm y; }", true],
    ["Bash(make *)", "make all 2>&1 | tee log", true],
    ["Bash(tee *)", "make all 2>&1 | tee log", true],
    ["Bash(a*b*c)", "a--b--c", true],
    ["Bash(a*b*c)", "a--c--b", false],
  ])("%s covers %j: %s", (rule, command, expected) => {
    expect(bash(rule, command)).toBe(expected);
  });

  it("rather runs a guard than takes an endless command line apart", () => {
    expect(bash("Bash(rm *)", "x".repeat(30_000))).toBe(true);
    expect(covers("Bash(rm *)", "Bash", {})).toBe(true);
    expect(covers("Bash(rm *)", "Edit", { command: "rm x" })).toBe(false);
  });
});

describe("rules about files and other tools", () => {
  it.each([
    ["Edit(*.ts)", "/home/u/app/src/a.ts", true],
    ["Edit(*.ts)", "/home/u/app/src/a.tsx", false],
    ["Edit(src/**)", "/home/u/app/src/deep/a.ts", true],
    ["Edit(src/**)", "/home/u/app/lib/src/a.ts", false],
    ["Edit(src/**)", "/elsewhere/src/a.ts", false],
    ["Edit(/src/*.ts)", "/home/u/app/src/a.ts", true],
    ["Edit(./.env)", "/home/u/app/.env", true],
    ["Edit(./.env)", "/home/u/app/sub/.env", false],
    ["Edit(.env)", "/home/u/app/sub/.env", true],
    ["Edit(//etc/**)", "/etc/passwd", true],
    ["Edit(~/.ssh/*)", "/home/u/.ssh/id", true],
    ["Edit(src/)", "/home/u/app/src/a/b.ts", true],
    ["Edit(src/**/test.ts)", "/home/u/app/src/test.ts", true],
    ["Edit(src/?.ts)", "/home/u/app/src/a.ts", true],
    ["Edit(src/**)", "/home/u/app/lib/../src/a.ts", true],
    ["Edit(*.env)", "relative/x.env", true],
  ])("%s covers %s: %s", (rule, path, expected) => {
    expect(edit(rule, path)).toBe(expected);
  });

  it("knows domains, servers, agents and the older name of Agent", () => {
    expect(
      covers("WebFetch(domain:example.com)", "WebFetch", { url: "https://EXAMPLE.com/x" }),
    ).toBe(true);
    expect(
      covers("WebFetch(domain:*.example.com)", "WebFetch", { url: "https://u@a.example.com:8/x" }),
    ).toBe(true);
    expect(
      covers("WebFetch(domain:example.com)", "WebFetch", { url: "https://example.com.evil/x" }),
    ).toBe(false);
    expect(covers("WebFetch(domain:example.com)", "WebFetch", {})).toBe(true);
    expect(covers("mcp__s", "mcp__s__t", {})).toBe(true);
    expect(covers("mcp__s__*", "mcp__s__t", {})).toBe(true);
    expect(covers("mcp__s", "mcp__st__t", {})).toBe(false);
    expect(covers("Task(reviewer)", "Agent", { subagent_type: "reviewer" })).toBe(true);
    expect(covers("Skill(pdf)", "Skill", { skill: "docx" })).toBe(false);
    expect(covers("Odd(x)", "Odd", {})).toBe(true);
    expect(covers("Edit(a)", "Edit", {})).toBe(true);
  });

  it("says what is no rule", () => {
    expect(parsePermissionRule("Bash(git *")).toBeUndefined();
    expect(parsePermissionRule("")).toBeUndefined();
    expect(parsePermissionRule("two words")).toBeUndefined();
  });
});

describe("splitShellCommands", () => {
  it("does not split inside quotes, expansions or redirections", () => {
    expect(splitShellCommands(`a "b; c" 'd && e' \\; f; g >&2 &> x`).commands).toEqual([
      `a "b; c" 'd && e' \\; f`,
      "g >&2 &> x",
    ]);
    expect(splitShellCommands("echo ${A} {a,b} $").isDynamic).toBe(true);
    expect(splitShellCommands("A=1").commands).toEqual([]);
    expect(splitShellCommands("echo $(echo ')' \"x)\" \\))").commands).toEqual([
      "echo $(echo ')' \"x)\" \\))",
      "echo ')' \"x)\" \\)",
    ]);
    expect(splitShellCommands("echo `half").isBroken).toBe(true);
    expect(splitShellCommands("price $5").isDynamic).toBe(true);
  });
});
