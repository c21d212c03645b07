import { resolve } from "node:path";

import { formatDuration, type JsonValue } from "../../../core/index.ts";
import type { CommandHandler } from "../../handler.ts";
import type { HandlerContext } from "../context.ts";
import { timedReply, type CallEnd, type HandlerReply } from "../reply.ts";
import { resolveCommand } from "../resolve-command.ts";
import { resolveSecrets } from "../secrets.ts";
import { commandArgv } from "../shell.ts";
import { createWarmPool, type WarmPool } from "./warm-pool.ts";
import type { WarmAnswer } from "./warm-process.ts";

const KILL_GRACE_MS = 2000;
const LINE_LIMIT_BYTES = 1024 * 1024;
/** What differs from call to call travels in the request: the environment of a process is that of its first call. */
const PER_CALL = /^(?:HEDDLE|MASSGEN|TASK)_/;

/**
 * Gives the payload to a program that stays: `{"id", "input", "cwd", "env"}` on one line, `{"id", "output"}` or
 * `{"id", "error"}` back on one line. The program starts in its handler's `cwd`, else in the pattern's folder.
 */
export async function executePersistent(
  handler: CommandHandler,
  payload: JsonValue,
  context: HandlerContext,
): Promise<HandlerReply> {
  const shared = context.services?.pool;
  const pool = shared ?? createWarmPool();
  try {
    return await timedReply(async () => {
      const answer = await ask(pool, handler, payload, context);
      return endOf(answer, context.timeoutMs);
    });
  } finally {
    if (shared === undefined) await pool.close();
  }
}

async function ask(
  pool: WarmPool,
  handler: CommandHandler,
  payload: JsonValue,
  context: HandlerContext,
): Promise<WarmAnswer> {
  const home = context.patternDir ?? context.cwd;
  const cwd = handler.cwd === undefined ? home : resolve(home, handler.cwd);
  const { process, call } = splitEnvironment(context.env);
  const own = resolveSecrets(handler.env, context.secret);
  if (!own.ok) return { kind: "failed", error: own.error };
  const env = { ...process, ...own.value };
  const command = resolveCommand(handler.command, cwd, context.patternDir);
  const argv = commandArgv(command, context.shell ?? "auto", env["PATH"]);
  if (!argv.ok) return { kind: "failed", error: { type: "CommandRefused", message: argv.error } };
  return pool.ask(
    {
      argv: argv.value.argv,
      cwd,
      env,
      killGraceMs: context.killGraceMs ?? KILL_GRACE_MS,
      lineLimitBytes: context.outputLimitBytes ?? LINE_LIMIT_BYTES,
    },
    { input: payload, cwd: context.cwd, env: call },
    { timeoutMs: context.timeoutMs, signal: context.signal },
  );
}

function splitEnvironment(env: Readonly<Record<string, string>>): {
  readonly process: Readonly<Record<string, string>>;
  readonly call: Readonly<Record<string, string>>;
} {
  const entries = Object.entries(env);
  return {
    process: Object.fromEntries(entries.filter(([name]) => !PER_CALL.test(name))),
    call: Object.fromEntries(entries.filter(([name]) => PER_CALL.test(name))),
  };
}

function endOf(answer: WarmAnswer, timeoutMs: number): CallEnd {
  switch (answer.kind) {
    case "answered":
      return { kind: "answered", json: answer.output };
    case "cancelled":
    case "failed":
      return answer;
    case "timedOut": {
      const message = `The persistent command hit its timeout of ${formatDuration(timeoutMs)} and was killed.`;
      const { stderr } = answer;
      return { kind: "timedOut", message, ...(stderr === "" ? {} : { details: { stderr } }) };
    }
  }
}
