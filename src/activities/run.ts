import type { JsonObject } from "../core/index.ts";
import {
  describeCommandFailure,
  parseAnswer,
  resolveCommand,
  resolveSecrets,
  runCommand,
  type CommandExited,
  type CommandResult,
  type HandlerContext,
} from "../hooks/executors/index.ts";
import type { RunInput, StepResult } from "./contract.ts";
import type { ActivityDeps } from "./deps.ts";
import { cancelledFailure, createFailure } from "./failure.ts";
import { finishStep } from "./finish-step.ts";
import { withHeartbeat } from "./heartbeat.ts";
import { withoutSecrets } from "./redaction.ts";
import { handlerContext } from "./run-context.ts";

/** Runs a step's command: `with` as JSON on stdin, `{ exitCode, stdout, stderr, json? }` as its result. */
export async function runStep(input: RunInput, deps: ActivityDeps): Promise<StepResult> {
  const result = await withHeartbeat(() => start(input, handlerContext(deps, input)));
  if (result.kind === "cancelled") throw cancelledFailure();
  const error = describeCommandFailure(result);
  if (error !== undefined) throw createFailure(withoutSecrets(error, deps));
  // Only a command that exited has neither been cancelled nor failed.
  return finishStep(describe(result as CommandExited), input, deps);
}

function start(input: RunInput, context: HandlerContext): Promise<CommandResult> {
  const { cwd, patternDir, timeoutMs, signal, shell, killGraceMs } = context;
  const env = resolveSecrets(input.env, context.secret, input.secrets ?? {});
  if (!env.ok) throw createFailure(env.error);
  return runCommand({
    command: resolveCommand(input.command, cwd, patternDir),
    cwd,
    env: { ...context.env, ...env.value },
    timeoutMs,
    signal,
    ...(input.with === undefined ? {} : { stdin: `${JSON.stringify(input.with)}\n` }),
    ...(shell === undefined ? {} : { shell }),
    ...(killGraceMs === undefined ? {} : { killGraceMs }),
  });
}

function describe({ exitCode, stdout, stderr }: CommandExited): JsonObject {
  // Cut output is not JSON any more, whatever its two ends look like together.
  const answer = stdout.cutBytes > 0 ? { text: "" } : parseAnswer(stdout.text);
  return {
    exitCode,
    stdout: stdout.text,
    stderr: stderr.text,
    ...("json" in answer ? { json: answer.json } : {}),
    ...(stdout.invalidUtf8 || stderr.invalidUtf8 ? { invalidUtf8: true } : {}),
  };
}
