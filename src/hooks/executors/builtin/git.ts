import { runCommand } from "../command.ts";
import type { HandlerContext } from "../context.ts";

/** What git said, or why it could not be asked. */
export interface GitAnswer {
  readonly ok: boolean;
  readonly stdout: string;
  readonly problem: string;
}

/** Runs git in the run's workspace. Never asks for a password, never opens an editor. */
export async function git(
  context: HandlerContext,
  signal: AbortSignal,
  ...args: readonly string[]
): Promise<GitAnswer> {
  const result = await runCommand({
    command: ["git", ...args],
    cwd: context.cwd,
    env: { ...context.env, GIT_TERMINAL_PROMPT: "0", GIT_EDITOR: "true" },
    signal,
    timeoutMs: context.timeoutMs,
  });
  const stdout = result.stdout.text.trim();
  if (result.kind === "exited" && result.exitCode === 0) return { ok: true, stdout, problem: "" };
  const said = result.stderr.text.trim() || stdout;
  const why = result.kind === "notStarted" ? result.reason : said || result.kind;
  return { ok: false, stdout, problem: `git ${args.join(" ")}: ${why}` };
}

/** What git said; throws what it complained about, for the hook's retry and `onError`. */
export async function gitOrThrow(
  context: HandlerContext,
  signal: AbortSignal,
  ...args: readonly string[]
): Promise<string> {
  const answer = await git(context, signal, ...args);
  if (!answer.ok) throw new Error(answer.problem);
  return answer.stdout;
}

/** Whether the workspace lies in a git repository. */
export async function isRepository(context: HandlerContext, signal: AbortSignal): Promise<boolean> {
  return (await git(context, signal, "rev-parse", "--is-inside-work-tree")).stdout === "true";
}
