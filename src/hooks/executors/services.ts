import type { JsonValue } from "../../core/index.ts";
import type { Origin } from "../origin.ts";
import type { HandlerReply } from "./reply.ts";
import type { McpClients } from "./mcp/clients.ts";
import type { WarmPool } from "./warm/warm-pool.ts";

/** What a worker keeps for the handlers of all its hooks and steps. Each may be absent, as in `hook test`. */
export interface HandlerServices {
  /** Programs that stay between calls. */
  readonly pool?: WarmPool;
  /** Connections to MCP servers. */
  readonly mcp?: McpClients;
  /** Starts runs of registered patterns. */
  readonly patterns?: PatternStarter;
  /** Addresses that HTTP handlers may call; `*` stands for anything. Absent: all. */
  readonly allowedUrls?: readonly string[];
  /** The worker was started from Claude Code, which then handles events of its own beside us. */
  readonly isClaudePresent?: boolean;
}

/** Runs a registered pattern as a run of its own and gives its output. */
export interface PatternStarter {
  run(request: PatternRequest): Promise<HandlerReply>;
}

export interface PatternRequest {
  /** `name` or `name@range`. */
  readonly pattern: string;
  readonly input: JsonValue;
  /** Asking again under the same id is asking once: a call that is tried again finds the run it had started. */
  readonly callId: string;
  /** The run that asks. */
  readonly parentId: string;
  readonly session?: string;
  /** The handlers by which it came to this. */
  readonly origin?: Origin;
  /** What the records of the run belong to. */
  readonly correlation: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}
