import { appendFile, mkdir } from "node:fs/promises";
import { join } from "node:path";

import type { JsonObject } from "../../../core/index.ts";
import type { Hook, HookEvent } from "../../hook.ts";
import {
  claudeEventOf,
  claudeStdin,
  entryOfHook,
  httpRulesOf,
  integrationOf,
  selectEntries,
  settingsOf,
  toOutcome,
  type ClaudeEntry,
  type SelectContext,
} from "../../importers/claude/index.ts";
import type { HandlerContext } from "../context.ts";
import { executeHandler } from "../execute-handler.ts";
import type { HookReading } from "../hook-reply.ts";
import { askRole } from "../prompt-handler.ts";
import { claudeEnvironment, hasEnvFile } from "./environment.ts";
import { createFirstWins, isClaudePresent, type FirstWins } from "./first-wins.ts";
import { createRegexTester } from "./regex.ts";
import { judgeRun } from "./results.ts";
import { runClaudeHandler, type HandlerRun, type HandlerSetting } from "./run-handler.ts";
import { createScratch } from "./scratch.ts";

/**
 * Runs a hook of Claude Code's protocol at a point of a run: the event in the shape that it knows, its answer read by
 * that contract. What kept it from answering is a failure, for the hook's retry policy and then its `onError`.
 */
export async function executeClaudeHook(
  hook: Hook,
  event: HookEvent,
  context: HandlerContext,
): Promise<HookReading> {
  const name = claudeEventOf(hook);
  const entry = name === undefined ? undefined : entryOfHook(hook, name);
  if (name === undefined || entry === undefined)
    return failed(
      "HandlerNotFound",
      `The hook ${JSON.stringify(hook.name)} cannot speak the protocol claude at ${hook.on}: ` +
        "that needs a command, http, mcp or prompt handler and an event of Claude Code.",
    );
  const outputDir = context.facts.outputDir ?? context.cwd;
  const input = claudeStdin(event, name, {
    transcriptPath: await keepTranscript(outputDir, event),
    outputDir,
  });
  const integration = integrationOf(hook);
  const settings = { ...settingsOf(entry), ...(integration === undefined ? {} : { integration }) };
  const { running, warnings } = selectEntries([settings], name, input, selectionIn(context));
  if (running.length === 0) return skipped(warnings[0] ?? "its matcher or rule does not hold");
  const firstWins = createFirstWins([settings], context.cwd);
  if (firstWins !== undefined && !(await claims(firstWins, running, name, input, context)))
    return skipped("another process was the first to handle this event (first_wins)");
  const envFile = await keepEnvFile(name, outputDir);
  const setting = settingFor(entry, input, { hook, envFile }, context);
  const run = await runClaudeHandler(entry, input, setting);
  if (context.signal.aborted) return { kind: "cancelled" };
  await firstWins?.done(entry, name, input);
  return read(hook, entry, event, input, run);
}

function selectionIn({ cwd, env, services }: HandlerContext): SelectContext {
  const isPresent = services?.isClaudePresent === true || isClaudePresent({ env, projectDir: cwd });
  return { testRegex: createRegexTester(), cwd, home: env["HOME"], isClaudePresent: isPresent };
}

/** A further attempt at the same execution has its claim from the attempt before. */
async function claims(
  firstWins: FirstWins,
  running: readonly ClaudeEntry[],
  name: string,
  input: JsonObject,
  { facts }: HandlerContext,
): Promise<boolean> {
  return facts.attempt > 1 || (await firstWins.claim(running, name, input)).length > 0;
}

function skipped(reason: string): HookReading {
  return { kind: "decided", outcome: { outcome: "skipped", reason } };
}

function settingFor(
  entry: ClaudeEntry,
  input: JsonObject,
  { hook, envFile }: { readonly hook: Hook; readonly envFile: string | undefined },
  context: HandlerContext,
): HandlerSetting {
  const { handler } = hook;
  const { allowedUrls, allowedNames } = httpRulesOf(hook);
  const worker = context.services?.allowedUrls;
  return {
    cwd: context.cwd,
    env: claudeEnvironment(entry, input, {
      parent: context.env,
      projectDir: context.cwd,
      ...(envFile === undefined ? {} : { envFile }),
    }),
    timeoutMs: hook.timeoutMs,
    signal: context.signal,
    allowedUrls: worker === undefined ? allowedUrls : [...allowedUrls, worker],
    allowedNames,
    ...(context.shell === undefined ? {} : { shell: context.shell }),
    ...(context.services === undefined ? {} : { services: context.services }),
    ...("prompt" in handler
      ? { askQuestion: () => askRole(handler, input, context, executeHandler) }
      : {}),
  };
}

async function read(
  hook: Hook,
  entry: ClaudeEntry,
  event: HookEvent,
  input: JsonObject,
  run: HandlerRun,
): Promise<HookReading> {
  const { ending } = run;
  if (ending.kind === "timedOut") return failed("TimedOut", ending.message, true);
  if (ending.kind === "failed") return failed("CommandNotStarted", ending.message);
  const scratch = createScratch();
  const verdict = await judgeRun(entry, input, run, hook.onError !== "open", scratch);
  await scratch.close();
  const outcome = toOutcome(verdict, event, entry.event);
  const { error } = verdict;
  const noted =
    error === undefined || outcome.message !== undefined ? {} : { message: `hook error: ${error}` };
  return { kind: "decided", outcome: { ...outcome, ...noted } };
}

/** The run's history as far as its hooks saw it, one event per line. */
async function keepTranscript(folder: string, event: HookEvent): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, "transcript.jsonl");
  await appendFile(path, `${JSON.stringify(event)}\n`);
  return path;
}

/** Hooks append to it without looking; what they leave there is kept beside the run's other output. */
async function keepEnvFile(event: string, folder: string): Promise<string | undefined> {
  if (!hasEnvFile(event)) return undefined;
  const path = join(folder, "env.sh");
  await appendFile(path, "");
  return path;
}

function failed(
  type: "HandlerNotFound" | "CommandNotStarted" | "TimedOut",
  message: string,
  timedOut = false,
): HookReading {
  return { kind: "failed", timedOut, error: { type, message } };
}
