import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { createOutput } from "../../../../src/cli/output.ts";
import { testHooks, type TestReport } from "../../../../src/cli/hook/test-hooks.ts";

/** A project folder with configurations, in which events are fired as `heddle hook test` does it: real processes. */
export interface Bench {
  readonly dir: string;
  /** Writes a file below the folder; scripts are executable. */
  write(path: string, content: string | object): string;
  /** Fires events at the given configurations as one session. */
  fire(options: FireOptions): Promise<Fired>;
  remove(): void;
}

export interface FireOptions {
  readonly configs?: readonly string[];
  readonly events: readonly object[];
  readonly env?: Readonly<Record<string, string>>;
  /** @default the bench's folder */
  readonly cwd?: string;
}

export interface Fired {
  readonly reports: readonly TestReport[];
  /** The first, for the many tests that fire one event. */
  readonly report: TestReport;
  readonly stderr: string;
}

export const SETTINGS = ".claude/settings.json";

export function createBench(): Bench {
  const dir = mkdtempSync(join(tmpdir(), "heddle-bench-"));
  const write = (path: string, content: string | object): string => {
    const target = join(dir, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, typeof content === "string" ? content : JSON.stringify(content, null, 2));
    chmodSync(target, 0o755);
    return target;
  };
  return {
    dir,
    write,
    remove: () => {
      rmSync(dir, { recursive: true, force: true });
    },
    async fire({ configs = [SETTINGS], events, env = {}, cwd = dir }) {
      const written = { stdout: "", stderr: "" };
      const output = createOutput(
        {
          stdout: (text) => {
            written.stdout += text;
          },
          stderr: (text) => {
            written.stderr += text;
          },
          interactive: false,
          redraw: () => undefined,
        },
        true,
      );
      const files = events.map((event, at) => write(`events/${at}.json`, event));
      const host = {
        env: { PATH: process.env["PATH"], HOME: dir, ...env },
        on: () => process,
        off: () => process,
        exit: (): never => {
          throw new Error("nothing asked to exit");
        },
      };
      await testHooks(
        { configs, events: files, cwd },
        {
          cwd: dir,
          host: host,
          output,
          readStdin: () => Promise.resolve(""),
        },
      );
      const reports = written.stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as TestReport);
      const [report] = reports;
      if (report === undefined) throw new Error("no report");
      return { reports, report, stderr: written.stderr };
    },
  };
}

/** Settings with one group for one event. */
export function group(
  event: string,
  handlers: readonly (string | object)[],
  matcher?: string,
): object {
  return {
    hooks: {
      [event]: [{ ...(matcher === undefined ? {} : { matcher }), hooks: handlers.map(handler) }],
    },
  };
}

function handler(given: string | object): object {
  return typeof given === "string" ? { type: "command", command: given } : given;
}

/** An event about a tool, `PreToolUse` of Bash unless said otherwise. */
export function toolEvent(fields: object = {}): object {
  return {
    hook_event_name: "PreToolUse",
    session_id: "s",
    tool_name: "Bash",
    tool_use_id: "t",
    tool_input: { command: "ls" },
    ...fields,
  };
}

/** A shell command that prints a JSON answer. */
export function say(answer: object, exitCode = 0): string {
  return `cat >/dev/null; printf '%s' '${JSON.stringify(answer)}'; exit ${exitCode}`;
}

export function permission(decision: string, fields: object = {}): object {
  return {
    hookSpecificOutput: {
      hookEventName: "PreToolUse",
      permissionDecision: decision,
      permissionDecisionReason: `because ${decision}`,
      ...fields,
    },
  };
}
