import type { JsonObject } from "../core/index.ts";
import type { ConditionDocument, DurationDocument, RetryDocument } from "./value-document.ts";

export type HandlerDocument =
  | {
      readonly command: string | readonly string[];
      readonly env?: Readonly<Record<string, string>>;
      readonly cwd?: string;
      readonly persistent?: boolean;
    }
  | {
      readonly http: {
        readonly url: string;
        readonly method?: string;
        readonly headers?: Readonly<Record<string, string>>;
        readonly secret?: string;
      };
    }
  | { readonly function: string }
  | { readonly builtin: string; readonly options?: JsonObject }
  | { readonly pattern: string }
  | {
      readonly mcp: { readonly server: string; readonly tool: string; readonly input?: JsonObject };
    }
  | { readonly prompt: string; readonly role: string }
  | { readonly all: readonly HandlerDocument[] }
  | {
      readonly parallel: readonly HandlerDocument[];
      readonly concurrency?: number;
      readonly timeout?: DurationDocument;
    }
  | { readonly firstMatch: readonly HandlerDocument[] }
  | { readonly vote: readonly HandlerDocument[]; readonly threshold: number };

export interface HookMatchDocument {
  readonly tool?: string;
  readonly kind?: string;
  readonly step?: string;
  readonly role?: string;
  readonly type?: string;
  readonly status?: string;
  readonly source?: string;
  /** A matcher by Claude Code's rules. */
  readonly claude?: string;
  readonly fields?: JsonObject;
}

export interface HookDocument {
  readonly name: string;
  /** A point's canonical name or any of its aliases; several are one hook at each of them. */
  readonly on: string | readonly string[];
  readonly match?: HookMatchDocument;
  readonly if?: ConditionDocument;
  readonly priority?: number | "highest" | "high" | "normal" | "low" | "lowest";
  readonly mode?: "sync" | "async" | "fire_and_forget";
  readonly dispatch?: "activity" | "local";
  readonly timeout?: DurationDocument;
  readonly retry?: RetryDocument;
  readonly onError?: "open" | "closed" | "stop";
  readonly alwaysRun?: boolean;
  readonly breaker?: string | JsonObject;
  readonly rateLimit?: JsonObject;
  readonly flag?: string;
  readonly flags?: readonly string[];
  readonly batch?: JsonObject;
  readonly dependsOn?: string | readonly string[];
  readonly rollback?: HandlerDocument;
  readonly enabled?: boolean;
  readonly override?: boolean;
  readonly protocol?: "heddle" | "claude" | "agentcore" | "llmspell" | "massgen";
  readonly handler: HandlerDocument;
  readonly metadata?: JsonObject;
}
