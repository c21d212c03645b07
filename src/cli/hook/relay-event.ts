import { resolve } from "node:path";

import {
  HeddleError,
  isJsonObject,
  messageOf,
  type JsonObject,
  type JsonValue,
} from "../../core/index.ts";
import { createClaudeSession } from "../../hooks/executors/claude/index.ts";
import { openInjectionFile } from "../../hooks/executors/index.ts";
import {
  fromDecision,
  refuseUnasked,
  toClaudeEvent,
  type AgentProgram,
} from "../../hooks/importers/agents/index.ts";
import type { ClaudeDecision } from "../../hooks/importers/claude/index.ts";
import { listenForStop } from "../dev/stop-signals.ts";
import type { ExitCode } from "../exit-code.ts";
import { readSettings, type Surroundings } from "./test-hooks.ts";

export interface RelayRequest {
  readonly configs: readonly string[];
  readonly program: AgentProgram;
  /** The event, for programs that do not say it in the JSON. */
  readonly event?: string;
  readonly cwd?: string;
  /** A file with a text that waits for the next fitting call. */
  readonly injections?: string;
  /** Refuse when the hooks cannot be asked. */
  readonly closed: boolean;
}

/**
 * Answers one event of an agent program, from stdin, with the hooks of Claude Code configurations: what the program
 * calls as its own hook. The answer is in the program's words.
 */
export async function relayEvent(request: RelayRequest, around: Surroundings): Promise<ExitCode> {
  let name = "PreToolUse";
  try {
    const read = toClaudeEvent(parseEvent(await around.readStdin()), request.event);
    ({ name } = read);
    const decision = await decide(request, name, read.event, around);
    print(around, fromDecision(request.program, decision, name));
  } catch (error) {
    around.output.note(`heddle: ${messageOf(error)}`);
    if (request.closed)
      print(
        around,
        refuseUnasked(request.program, name, `The hooks could not be asked: ${messageOf(error)}`),
      );
  }
  return 0;
}

async function decide(
  request: RelayRequest,
  name: string,
  event: JsonObject,
  around: Surroundings,
): Promise<ClaudeDecision> {
  const stop = listenForStop(around.host, () => undefined);
  const projectDir = resolve(around.cwd, request.cwd ?? ".");
  const session = createClaudeSession({
    settings: await readSettings(request.configs, around, projectDir),
    projectDir,
    env: around.host.env,
    signal: stop.signal,
  });
  try {
    const fired = await session.fire(event);
    for (const warning of fired.warnings) around.output.note(`warning: ${warning}`);
    return await withInjection(request, name, event, fired.decision, around);
  } finally {
    await session.close();
    stop.close();
  }
}

/** A refused call keeps the text waiting: it is for a call that happens. */
async function withInjection(
  { injections }: RelayRequest,
  name: string,
  event: JsonObject,
  decision: ClaudeDecision,
  { cwd }: Surroundings,
): Promise<ClaudeDecision> {
  if (injections === undefined || decision.outcome === "deny") return decision;
  const file = openInjectionFile(resolve(cwd, injections), () => Date.now());
  const text = await file.take({
    event: name,
    tool: typeof event["tool_name"] === "string" ? event["tool_name"] : "",
  });
  if (text === undefined) return decision;
  const { context } = decision;
  return { ...decision, context: context === undefined ? text : `${context}\n${text}` };
}

function parseEvent(text: string): JsonObject {
  const value = JSON.parse(text) as JsonValue; // as: JSON.parse gives nothing else
  if (isJsonObject(value)) return value;
  throw new HeddleError("EVENT_UNREADABLE", "Expected one event as a JSON object on stdin");
}

/** A program that expects to hear nothing must not get an empty line. */
function print({ output }: Surroundings, answer: JsonObject | undefined): void {
  if (answer !== undefined) output.result(answer, JSON.stringify(answer));
}
