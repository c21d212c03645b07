import { setMaxListeners } from "node:events";
import { resolve } from "node:path";

import {
  createClaudeSession,
  type FiredEvent,
  type HookResult,
} from "../../hooks/executors/claude/index.ts";
import {
  describeHandler,
  readClaudeSettings,
  type ClaudeDecision,
  type ClaudeSettings,
} from "../../hooks/importers/claude/index.ts";
import { listenForStop } from "../dev/stop-signals.ts";
import type { ExitCode } from "../exit-code.ts";
import type { Output } from "../output.ts";
import { readConfig } from "./read-config.ts";
import { readEvents } from "./read-events.ts";
import { renderTest } from "./test-text.ts";
import { readFolder } from "./values.ts";

export interface TestRequest {
  readonly configs: readonly string[];
  readonly events: readonly string[];
  readonly cwd?: string;
}

/** What scripts read of one event. */
export interface TestReport {
  readonly matched: readonly {
    readonly source: string;
    readonly event: string;
    readonly matcher: string | null;
    readonly handler: string;
  }[];
  readonly results: readonly {
    readonly handler: string;
    readonly exitCode: number | null;
    readonly stdout: string;
    readonly stderr: string;
    readonly outcome: string;
    readonly ms: number;
  }[];
  readonly decision: ClaudeDecision;
}

/** What of the process the hooks are tested in. */
export interface Surroundings {
  readonly cwd: string;
  readonly host: Pick<NodeJS.Process, "env" | "on" | "off" | "exit">;
  readonly output: Output;
  readonly readStdin: () => Promise<string>;
}

/**
 * Fires events at configurations as one session, needing nothing else: no server, no database, no trust. Prints one
 * object per event once the hooks in the background have ended too.
 */
export async function testHooks(request: TestRequest, around: Surroundings): Promise<ExitCode> {
  const { output } = around;
  const projectDir = resolve(around.cwd, request.cwd ?? ".");
  // Hooks in a folder that is not there all fail to start, and a guard that did not start lets everything pass.
  await readFolder(projectDir);
  const settings = await readSettings(request.configs, around);
  const events = await readEvents(request.events, around);
  const stop = listenForStop(around.host, () => undefined);
  // Every hook of an event listens, however many there are.
  setMaxListeners(0, stop.signal);
  const session = createClaudeSession({
    settings,
    projectDir,
    env: around.host.env,
    signal: stop.signal,
  });
  try {
    const fired: FiredEvent[] = [];
    for (const event of events) fired.push(await session.fire(event));
    for (const each of fired) {
      for (const warning of each.warnings) output.note(`warning: ${warning}`);
      const report = describeFired(each, await Promise.all(each.results));
      output.result(report, renderTest(report));
    }
  } finally {
    await session.close();
    stop.close();
  }
  return stop.signal.aborted ? 2 : 0;
}

/** A file that cannot be read as JSON loses its own hooks and nobody else's. */
export async function readSettings(
  configs: readonly string[],
  { cwd, output }: Pick<Surroundings, "cwd" | "output">,
): Promise<readonly ClaudeSettings[]> {
  const settings: ClaudeSettings[] = [];
  for (const config of configs) {
    const { file, value, broken } = await readConfig(config, cwd);
    if (broken !== undefined)
      output.note(`${file.source}:${broken.line}: not JSON, its hooks are off: ${broken.message}`);
    if (value === undefined) continue;
    const read = readClaudeSettings(value, file);
    for (const issue of read.issues)
      output.note(`${file.source}:${issue.line}: ${issue.severity}: ${issue.message}`);
    settings.push(read);
  }
  return settings;
}

function describeFired(fired: FiredEvent, results: readonly HookResult[]): TestReport {
  return {
    matched: fired.matched.map(({ file, event, matcher, handler }) => ({
      source: file.source,
      event,
      matcher: matcher ?? null,
      handler: describeHandler(handler),
    })),
    results: results.map(({ entry, ...result }) => ({
      handler: describeHandler(entry.handler),
      ...result,
    })),
    decision: fired.decision,
  };
}
