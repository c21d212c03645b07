import type { JsonObject } from "../../../core/index.ts";
import {
  findClaudeEvent,
  isBackground,
  judgeEnding,
  namesOfMoment,
  type ClaudeEntry,
  type ClaudeOutcome,
  type Verdict,
} from "../../importers/claude/index.ts";
import type { HandlerRun } from "./run-handler.ts";
import type { Scratch } from "./scratch.ts";

/** What is shown of one handler that ran. */
export interface HookResult {
  readonly entry: ClaudeEntry;
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly outcome: ClaudeOutcome | "error" | "timeout";
  readonly ms: number;
}

/** What a handler's run means for the event. A hook in the background decides nothing any more. */
export async function judgeRun(
  entry: ClaudeEntry,
  input: JsonObject,
  run: HandlerRun,
  failsClosed: boolean,
  scratch: Scratch,
): Promise<Verdict> {
  const event = findClaudeEvent(entry.event);
  if (event === undefined) return { outcome: "none" };
  const { handler } = entry;
  const inBackground = isBackground(handler);
  const verdict = judgeEnding(run.ending, {
    event,
    names: namesOfMoment(entry.event),
    failsClosed: !inBackground && (handler.onFailure === "block" || failsClosed),
    isPlugin: entry.file.kind === "plugin",
    cannotBlock: event.name === "ConfigChange" && input["source"] === "policy_settings",
  });
  const { context, error } = verdict;
  const message = verdict.message ?? missingProgram(run);
  if (inBackground)
    return {
      outcome: "none",
      ...(message === undefined ? {} : { message }),
      ...(error === undefined ? {} : { error }),
    };
  return {
    ...verdict,
    ...(message === undefined ? {} : { message }),
    ...(context === undefined ? {} : { context: await scratch.spill(context) }),
  };
}

/** A guard whose own tool is missing often ends well and allows everything: nobody would hear of it. */
function missingProgram({ exitCode, stderr }: HandlerRun): string | undefined {
  const line = exitCode === 0 ? stderr.split("\n").find((each) => NOT_FOUND.test(each)) : undefined;
  return line === undefined ? undefined : `the hook ended well although it said: ${line.trim()}`;
}

const NOT_FOUND = /: (?:command )?not found\s*$/;
