import { setMaxListeners } from "node:events";
import { relative, resolve } from "node:path";

import { messageOf } from "../../core/index.ts";
import {
  createClaudeSession,
  type FiredEvent,
  type HookResult,
} from "../../hooks/executors/claude/index.ts";
import { findSharedFile } from "../../hooks/files/index.ts";
import {
  describeHandler,
  readClaudeSettings,
  type ClaudeDecision,
  type ClaudeSettings,
} from "../../hooks/importers/claude/index.ts";
import { listenForStop } from "../dev/stop-signals.ts";
import type { ExitCode } from "../exit-code.ts";
import type { Output } from "../output.ts";
import { readConfig, type ReadConfig } from "./read-config.ts";
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
  const settings = await readSettings(request.configs, around, projectDir);
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

/**
 * A file that cannot be read as JSON loses its own hooks and nobody else's. Files that the settings share, as in a run,
 * come last.
 */
export async function readSettings(
  configs: readonly string[],
  { cwd, output }: Pick<Surroundings, "cwd" | "output">,
  projectDir = cwd,
): Promise<readonly ClaudeSettings[]> {
  const settings: ClaudeSettings[] = [];
  const take = ({ file, value, broken }: ReadConfig): void => {
    if (broken !== undefined)
      output.note(`${file.source}:${broken.line}: not JSON, its hooks are off: ${broken.message}`);
    if (value === undefined) return;
    const read = readClaudeSettings(value, file);
    for (const issue of read.issues)
      output.note(`${file.source}:${issue.line}: ${issue.severity}: ${issue.message}`);
    settings.push(read);
  };
  const given: ReadConfig[] = [];
  for (const config of configs) given.push(await readConfig(config, cwd));
  given.forEach(take);
  const known = new Set(configs.map((config) => resolve(cwd, config)));
  for (const path of sharedBy(given, projectDir, output)) {
    if (known.has(path)) continue;
    known.add(path);
    try {
      take(await readConfig(relative(cwd, path), cwd));
    } catch (error) {
      output.note(`shared_hooks_path: ${messageOf(error)}`);
    }
  }
  return settings;
}

/** What is named and leads out of the project is told and not looked at. */
function sharedBy(
  configs: readonly ReadConfig[],
  projectDir: string,
  output: Pick<Output, "note">,
): readonly string[] {
  const paths: string[] = [];
  for (const { file, value } of configs) {
    const shared =
      file.kind === "settings" && value !== undefined
        ? findSharedFile(value, projectDir)
        : undefined;
    if (shared?.isInside === true) paths.push(shared.path);
    else if (shared !== undefined)
      output.note(`${file.source}: shared_hooks_path leads out of the project and is not read`);
  }
  return paths;
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
