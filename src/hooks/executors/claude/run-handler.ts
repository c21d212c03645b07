import type { JsonObject } from "../../../core/index.ts";
import type {
  ClaudeCommandHandler,
  ClaudeEntry,
  ClaudeHttpHandler,
  ClaudeMcpHandler,
  ClaudePromptHandler,
  HandlerEnding,
} from "../../importers/claude/index.ts";
import type { CommandExited, CommandResult } from "../command-result.ts";
import { runCommand } from "../command.ts";
import { explainFalseRefusal } from "../false-refusal.ts";
import { sendRequest } from "../http-request.ts";
import { executeMcp } from "../mcp/index.ts";
import { readVerdict } from "../prompt-handler.ts";
import type { HandlerReply } from "../reply.ts";
import type { HandlerServices } from "../services.ts";
import type { ShellChoice } from "../shell.ts";
import { isUrlAllowed } from "../url-allow-list.ts";
import { fillHeader, fillShell, fillWord } from "./placeholders.ts";

/** What running a handler needs besides the handler. */
export interface HandlerSetting {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Lists of addresses that HTTP handlers may call, each of which must let one through. */
  readonly allowedUrls: readonly (readonly string[])[];
  /** The worker's shell, where it is stricter than the contract. */
  readonly shell?: ShellChoice;
  readonly services?: HandlerServices;
  /** Asks whoever answers questions here, if anybody does. */
  readonly askQuestion?: () => Promise<HandlerReply>;
  /** Names that headers may take from the environment, besides the handler's own list. Undefined: all of that list. */
  readonly allowedNames: readonly string[] | undefined;
}

/** What one handler did. */
export interface HandlerRun {
  readonly ending: HandlerEnding;
  /** Null where no process ended by itself. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

/** Runs one handler on one event. Every ending is a result; nothing is thrown. */
export async function runClaudeHandler(
  entry: ClaudeEntry,
  input: JsonObject,
  setting: HandlerSetting,
): Promise<HandlerRun> {
  const { handler } = entry;
  switch (handler.type) {
    case "command":
      return runCommandHandler(handler, input, setting);
    case "http":
      return runHttpHandler(handler, input, setting);
    case "mcp_tool":
      return runMcpTool(handler, input, setting);
    case "prompt":
    case "agent":
      return runQuestion(handler, setting);
  }
}

function unavailable(message: string): HandlerRun {
  return {
    ending: { kind: "failed", message },
    exitCode: null,
    stdout: "",
    stderr: message,
    ms: 0,
  };
}

async function runCommandHandler(
  handler: ClaudeCommandHandler,
  input: JsonObject,
  setting: HandlerSetting,
): Promise<HandlerRun> {
  const result = await runCommand({
    command: commandOf(handler, setting.env),
    cwd: setting.cwd,
    env: setting.env,
    stdin: `${JSON.stringify(input)}\n`,
    timeoutMs: setting.timeoutMs,
    signal: setting.signal,
    shell: setting.shell === "none" ? "none" : handler.shell === "sh" ? "sh" : "auto",
  });
  const [stdout, stderr] = [result.stdout.text, result.stderr.text];
  const exitCode = "exitCode" in result ? (result.exitCode ?? null) : null;
  const ending = endingOf(result);
  const said = ending.kind === "failed" && stderr === "" ? ending.message : stderr;
  return { ending, exitCode, stdout, stderr: said, ms: result.ms };
}

function commandOf(
  handler: ClaudeCommandHandler,
  env: Readonly<Record<string, string>>,
): string | readonly string[] {
  if (handler.args !== undefined)
    return [handler.command, ...handler.args].map((word) => fillWord(word, env));
  const command = fillShell(handler.command, env);
  return handler.shell === "powershell" ? ["pwsh", "-NoProfile", "-Command", command] : command;
}

function endingOf(result: CommandResult): HandlerEnding {
  switch (result.kind) {
    case "exited":
      return isHalfAnswer(result)
        ? { kind: "failed", message: `the answer is too large: ${result.stdout.bytes} bytes` }
        : endingOfExit(result.exitCode, result.stdout.text, result.stderr.text);
    case "notStarted":
      return { kind: "failed", message: result.reason };
    case "timedOut":
      return { kind: "timedOut", message: `the hook ran out of time after ${result.timeoutMs} ms` };
    case "cancelled":
      return { kind: "failed", message: "the hook was cancelled" };
  }
}

/** JSON of which the middle is missing says nothing any more; exit code 2 refuses without it. */
function isHalfAnswer({ exitCode, stdout }: CommandExited): boolean {
  return exitCode !== 2 && stdout.cutBytes > 0 && stdout.text.trimStart().startsWith("{");
}

/** A script that its interpreter could not even read has not refused: that is a failure, for `onFailure` to settle. */
function endingOfExit(exitCode: number, stdout: string, stderr: string): HandlerEnding {
  const broken = exitCode === 2 ? explainFalseRefusal({ exitCode, stdout, stderr }) : undefined;
  return broken === undefined
    ? { kind: "exited", exitCode, stdout, stderr }
    : { kind: "failed", message: broken };
}

/** A tool's text is read like the output of a command that ended well. */
async function runMcpTool(
  { server, tool, input: given = {} }: ClaudeMcpHandler,
  event: JsonObject,
  { services, timeoutMs, signal }: HandlerSetting,
): Promise<HandlerRun> {
  const context = { timeoutMs, signal, ...(services === undefined ? {} : { services }) };
  const reply = await executeMcp({ mcp: { server, tool, input: given } }, event, context);
  if (reply.kind !== "answered") return unanswered(reply);
  const { answer, ms } = reply;
  const stdout = "json" in answer ? JSON.stringify(answer.json) : answer.text;
  const ending: HandlerEnding = { kind: "exited", exitCode: 0, stdout, stderr: "" };
  return { ending, exitCode: null, stdout, stderr: "", ms };
}

async function runQuestion(
  { type, continueOnBlock }: ClaudePromptHandler,
  { askQuestion }: HandlerSetting,
): Promise<HandlerRun> {
  if (askQuestion === undefined)
    return unavailable(`a handler of type ${type} needs a model, and there is none here`);
  const reply = await askQuestion();
  if (reply.kind !== "answered") return unanswered(reply);
  const { answer, ms } = reply;
  const stdout = "json" in answer ? JSON.stringify(answer.json) : answer.text;
  const verdict = readVerdict(reply);
  if (verdict === undefined)
    return { ...unavailable(`the answer is not { ok, reason }: ${stdout.slice(0, 120)}`), ms };
  const { ok, impossible, reason = "No reason given" } = verdict;
  const goesOn = continueOnBlock === true;
  const ending: HandlerEnding = { kind: "judged", ok, impossible, reason, goesOn };
  return { ending, exitCode: null, stdout, stderr: "", ms };
}

function unanswered(reply: Exclude<HandlerReply, { kind: "answered" }>): HandlerRun {
  if (reply.kind === "cancelled") return { ...unavailable("the hook was cancelled"), ms: reply.ms };
  const { message } = reply.error;
  const ending: HandlerEnding = { kind: reply.timedOut ? "timedOut" : "failed", message };
  return { ending, exitCode: null, stdout: "", stderr: message, ms: reply.ms };
}

async function runHttpHandler(
  handler: ClaudeHttpHandler,
  input: JsonObject,
  setting: HandlerSetting,
): Promise<HandlerRun> {
  const startedAt = performance.now();
  if (!setting.allowedUrls.every((list) => isUrlAllowed(handler.url, list)))
    return unavailable(`${handler.url} is not in allowedHttpHookUrls`);
  const listed = handler.allowedEnvVars ?? [];
  const allowed = new Set(listed.filter((name) => setting.allowedNames?.includes(name) ?? true));
  const headers = Object.entries(handler.headers ?? {}).map(
    ([name, value]) => [name, fillHeader(value, setting.env, allowed)] as const,
  );
  const result = await sendRequest({
    url: handler.url,
    method: "POST",
    headers: { "content-type": "application/json", ...Object.fromEntries(headers) },
    body: JSON.stringify(input),
    timeoutMs: setting.timeoutMs,
    signal: setting.signal,
    secureOnly: true,
    // Another status than 2xx decides nothing by the contract, and a redirect is one.
    followRedirects: false,
  });
  const ms = Math.round(performance.now() - startedAt);
  if (result.kind === "cancelled") return { ...unavailable("the hook was cancelled"), ms };
  if (result.kind === "failed") {
    const { message } = result.error;
    const ending: HandlerEnding = { kind: result.timedOut ? "timedOut" : "failed", message };
    return { ending, exitCode: null, stdout: "", stderr: message, ms };
  }
  const { status, text } = result.response;
  if (status >= 200 && status < 300)
    return {
      ending: { kind: "responded", body: text },
      exitCode: null,
      stdout: text,
      stderr: "",
      ms,
    };
  const message = `${handler.url} answered with status ${status}`;
  return { ending: { kind: "failed", message }, exitCode: null, stdout: text, stderr: message, ms };
}
