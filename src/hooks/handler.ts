import type { JsonObject } from "../core/index.ts";

/** What really does work, for a hook or a role. Plain JSON: a handler travels in the plan. */
export type Handler =
  | CommandHandler
  | HttpHandler
  | { readonly function: string }
  | { readonly builtin: string; readonly options?: JsonObject }
  | { readonly pattern: string }
  | McpHandler
  | PromptHandler
  | CompositeHandler;

/** argv (no shell) or, when the author wrote one string, an explicit shell command. */
export interface CommandHandler {
  readonly command: string | readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Keep one warm process and speak newline-delimited JSON to it. */
  readonly persistent?: boolean;
}

export interface HttpHandler {
  readonly http: {
    readonly url: string;
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    /** Name of the secret that signs the body (HMAC-SHA256). */
    readonly secret?: string;
  };
}

/** A tool of an MCP server that the worker's configuration names. */
export interface McpHandler {
  readonly mcp: {
    readonly server: string;
    readonly tool: string;
    /** The tool's arguments; `${path.to.field}` stands for a field of the event. Without it: the whole event. */
    readonly input?: JsonObject;
  };
}

/** A question that a role answers with `{ ok, reason }`. */
export interface PromptHandler {
  /** `$ARGUMENTS` stands for the event as JSON. */
  readonly prompt: string;
  readonly role: string;
  /** The role's own handler, filled in when the hook is matched against its pattern. */
  readonly answeredBy?: Handler;
}

export type CompositeHandler =
  | { readonly all: readonly Handler[] }
  | {
      readonly parallel: readonly Handler[];
      readonly concurrency?: number;
      readonly timeoutMs?: number;
    }
  | { readonly firstMatch: readonly Handler[] }
  | { readonly vote: readonly Handler[]; readonly threshold: number };
