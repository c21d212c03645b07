import { resolve } from "node:path";

import type { ErrorInfo, FailureType, JsonValue } from "../../core/index.ts";
import type { CommandHandler } from "../handler.ts";
import { describeCommandFailure } from "./command-failure.ts";
import type { CommandResult } from "./command-result.ts";
import { runCommand } from "./command.ts";
import type { HandlerContext } from "./context.ts";
import { parseAnswer, type HandlerReply } from "./reply.ts";
import { resolveCommand } from "./resolve-command.ts";
import { resolveSecrets } from "./secrets.ts";

/** Runs a command handler: the payload as one line of JSON on stdin, the answer on stdout. */
export async function executeCommand(
  handler: CommandHandler,
  payload: JsonValue,
  context: HandlerContext,
): Promise<HandlerReply> {
  const env = resolveSecrets(handler.env, context.secret);
  if (!env.ok) return { kind: "failed", error: env.error, timedOut: false, ms: 0 };
  const result = await runCommandHandler({ ...handler, env: env.value }, payload, context);
  const process = {
    ...("exitCode" in result ? { exitCode: result.exitCode } : {}),
    stdout: result.stdout.text,
    stderr: result.stderr.text,
  };
  const facts = { ms: result.ms, process };
  if (result.kind === "cancelled") return { kind: "cancelled", ...facts };
  const error = describeCommandFailure(result);
  if (error !== undefined)
    return { kind: "failed", error, timedOut: result.kind === "timedOut", ...facts };
  const { text, bytes, cutBytes } = result.stdout;
  // A cut text can still be read; JSON with its middle missing would be guessed at.
  if (cutBytes > 0 && /^\s*[{[]/.test(text))
    return {
      kind: "failed",
      error: describeTooLarge(bytes, bytes - cutBytes),
      timedOut: false,
      ...facts,
    };
  return { kind: "answered", answer: parseAnswer(text), ...facts };
}

function describeTooLarge(bytes: number, limit: number): ErrorInfo {
  const type: FailureType = "OutputTooLarge";
  return {
    type,
    message: `The command printed ${String(bytes)} bytes of JSON; ${String(limit)} are read. Write large results into a file of $HEDDLE_OUTPUT_DIR and print its name.`,
  };
}

function runCommandHandler(
  handler: CommandHandler,
  payload: JsonValue,
  context: HandlerContext,
): Promise<CommandResult> {
  const base = context.patternDir ?? context.cwd;
  const cwd = handler.cwd === undefined ? context.cwd : resolve(base, handler.cwd);
  return runCommand({
    command: resolveCommand(handler.command, cwd, context.patternDir),
    cwd,
    env: { ...context.env, ...handler.env },
    stdin: `${JSON.stringify(payload)}\n`,
    timeoutMs: context.timeoutMs,
    signal: context.signal,
    ...(context.shell === undefined ? {} : { shell: context.shell }),
    ...(context.killGraceMs === undefined ? {} : { killGraceMs: context.killGraceMs }),
    ...(context.outputLimitBytes === undefined
      ? {}
      : { outputLimitBytes: context.outputLimitBytes }),
  });
}
