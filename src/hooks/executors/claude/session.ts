import { appendFile } from "node:fs/promises";

import { HeddleError, type JsonObject } from "../../../core/index.ts";
import {
  countRewrites,
  findClaudeEvent,
  isBackground,
  mergeVerdicts,
  selectEntries,
  type ClaudeDecision,
  type ClaudeEntry,
  type ClaudeSettings,
  type Verdict,
} from "../../importers/claude/index.ts";
import { createFirstWins, isClaudePresent } from "./first-wins.ts";
import { createProjectMcp } from "./mcp-servers.ts";
import { createRegexTester } from "./regex.ts";
import { judgeRun, type HookResult } from "./results.ts";
import { runClaudeHandler, type HandlerRun } from "./run-handler.ts";
import { createScratch, type Scratch } from "./scratch.ts";
import { createSettingFactory, type SessionPlaces } from "./setting.ts";
import { createStopGuard } from "./stop-guard.ts";

/** What one event did. */
export interface FiredEvent {
  /** Every entry that matches, copies included. */
  readonly matched: readonly ClaudeEntry[];
  readonly decision: ClaudeDecision;
  readonly warnings: readonly string[];
  /** One per handler that ran; those in the background may still be running. */
  readonly results: readonly Promise<HookResult>[];
}

/** Fires events at configurations as one session of Claude Code would. */
export interface ClaudeSession {
  fire(event: JsonObject): Promise<FiredEvent>;
  /** Waits for what runs in the background and cleans up. */
  close(): Promise<void>;
}

export interface ClaudeSessionOptions extends SessionPlaces {
  readonly settings: readonly ClaudeSettings[];
  readonly signal: AbortSignal;
}

export function createClaudeSession(options: ClaudeSessionOptions): ClaudeSession {
  const scratch = createScratch();
  const stopGuard = createStopGuard(options.env["CLAUDE_CODE_STOP_HOOK_BLOCK_CAP"]);
  const mcp = createProjectMcp(options);
  const makeSetting = createSettingFactory(options, scratch, { mcp });
  const background: Promise<unknown>[] = [];
  const testRegex = createRegexTester();
  const firstWins = createFirstWins(options.settings, options.projectDir);
  const complete = createCompleter(options, scratch);

  const run = async (entry: ClaudeEntry, event: JsonObject): Promise<Judged> => {
    const input = { ...event, hook_event_name: entry.event };
    const done = await runClaudeHandler(entry, input, await makeSetting(entry, input));
    await firstWins?.done(entry, nameOf(event), event);
    const failsClosed = options.settings.some((each) => each.failClosed === true);
    return { run: done, verdict: await judgeRun(entry, input, done, failsClosed, scratch) };
  };

  return {
    async fire(event) {
      const name = nameOf(event);
      const input = stopGuard.mark(await complete(event));
      const { matched, running, warnings } = selectEntries(options.settings, name, input, {
        testRegex,
        cwd: typeof input["cwd"] === "string" ? input["cwd"] : options.projectDir,
        home: options.env["HOME"],
        isClaudePresent: isClaudePresent(options),
      });
      const own = (await firstWins?.claim(running, name, input)) ?? running;
      const judged = runAll(own, input, run);
      const waited = await Promise.all(
        judged.filter((each) => !isBackground(each.entry.handler)).map((each) => each.judged),
      );
      background.push(...judged.map((each) => each.judged));
      const verdicts = waited.map((each) => each.verdict);
      const { decision, warning } = stopGuard.settle(input, mergeVerdicts(verdicts));
      return {
        matched,
        decision,
        warnings: [...warnings, ...warning, ...warnAbout(verdicts)],
        results: judged.map(async (each) => describe(each.entry, await each.judged)),
      };
    },
    async close() {
      await Promise.all(background);
      await mcp.close();
      await scratch.close();
    },
  };
}

/** Fills in what every event has and a hand-written one may lack. */
function createCompleter(
  { projectDir }: SessionPlaces,
  scratch: Scratch,
): (event: JsonObject) => Promise<JsonObject> {
  let transcript: Promise<string> | undefined;
  return async (event) => {
    const common = {
      session_id: "heddle-hook-test",
      cwd: projectDir,
      permission_mode: "default",
      ...event,
    };
    if (event["transcript_path"] !== undefined) return common;
    // Hooks read it: a real file, with the events so far.
    transcript ??= scratch.file("transcript.jsonl");
    await appendFile(await transcript, `${JSON.stringify(event)}\n`);
    return { ...common, transcript_path: await transcript };
  };
}

interface Judged {
  readonly run: HandlerRun;
  readonly verdict: Verdict;
}

interface Started {
  readonly entry: ClaudeEntry;
  readonly judged: Promise<Judged>;
}

/** All at once, each on the original input; only the handlers of a `sequential` group wait for each other. */
function runAll(
  entries: readonly ClaudeEntry[],
  event: JsonObject,
  run: (entry: ClaudeEntry, event: JsonObject) => Promise<Judged>,
): readonly Started[] {
  const groups = new Map<
    string,
    { readonly last: Promise<Judged>; readonly input: Promise<JsonObject> }
  >();
  return entries.map((entry) => {
    const key = JSON.stringify([entry.file.source, entry.path.slice(0, -2)]);
    const before = entry.sequential ? groups.get(key) : undefined;
    const input =
      before === undefined ? Promise.resolve(event) : rewrite(before.input, before.last);
    const judged = input.then((given) => run(entry, given));
    groups.set(key, { last: judged, input });
    return { entry, judged };
  });
}

async function rewrite(input: Promise<JsonObject>, last: Promise<Judged>): Promise<JsonObject> {
  const { verdict } = await last;
  const before = await input;
  return verdict.input === undefined ? before : { ...before, tool_input: verdict.input };
}

function nameOf(event: JsonObject): string {
  const name = event["hook_event_name"];
  if (typeof name === "string" && findClaudeEvent(name) !== undefined) return name;
  throw new HeddleError(
    "EVENT_UNKNOWN",
    `The event's hook_event_name is ${JSON.stringify(name ?? null)}, which is no event`,
    { hint: "Give it as Claude Code sends it, e.g. PreToolUse. See `heddle hook explain`." },
  );
}

function describe(entry: ClaudeEntry, { run, verdict }: Judged): HookResult {
  const timedOut = run.ending.kind === "timedOut";
  const failed = timedOut ? "timeout" : "error";
  return {
    entry,
    exitCode: run.exitCode,
    stdout: run.stdout,
    stderr: run.stderr,
    outcome: verdict.error !== undefined && verdict.outcome === "none" ? failed : verdict.outcome,
    ms: run.ms,
  };
}

function warnAbout(verdicts: readonly Verdict[]): readonly string[] {
  const notes = verdicts.flatMap(({ error, message }) => [
    ...(error === undefined ? [] : [`hook error: ${error}`]),
    ...(message === undefined ? [] : [message]),
  ]);
  return countRewrites(verdicts) > 1
    ? [...notes, "several hooks rewrote the input: the last one in configured order stands"]
    : notes;
}
