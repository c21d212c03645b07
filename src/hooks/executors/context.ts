import type { JsonValue } from "../../core/index.ts";
import type { HookStore } from "../hook-store.ts";
import type { Origin } from "../origin.ts";
import type { FunctionRegistry } from "./function-registry.ts";
import type { HandlerServices } from "./services.ts";
import type { ShellChoice } from "./shell.ts";

/** What a handler needs besides its input. Knows nothing of Temporal, so that `heddle hook test` can use it. */
export interface HandlerContext {
  /** Working directory of commands. */
  readonly cwd: string;
  /** Folder of the pattern's file: where relative paths of its handlers are looked for second. */
  readonly patternDir?: string;
  /** The pattern's file, when it is a module that may define functions itself. */
  readonly patternFile?: string;
  /** The environment commands start from; see `commandEnvironment`. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly functions: FunctionRegistry;
  /** Gives a secret by name, or undefined. */
  readonly secret: (name: string) => string | undefined;
  /** State that hooks share; present wherever hooks run. */
  readonly store?: HookStore;
  readonly log?: HandlerLog;
  /** What the worker keeps for all handlers: warm programs, connections. */
  readonly services?: HandlerServices;
  /** Names this piece of work for ever: the same for each attempt at it. */
  readonly callId?: string;
  readonly shell?: ShellChoice;
  readonly killGraceMs?: number;
  readonly outputLimitBytes?: number;
  /** What an agent is to be told besides its input. */
  readonly injections?: readonly JsonValue[];
  /** Facts a function may read: which run, step, instance and attempt it works for. */
  readonly facts: HandlerFacts;
}

/** Where a handler may write lines for those who run the worker; a level that is not kept is absent. */
export type HandlerLog = Partial<
  Readonly<Record<"trace" | "debug" | "info" | "warn" | "error", LogMethod>>
>;

type LogMethod = (facts: object, message: string) => void;

export interface HandlerFacts {
  readonly workflowId?: string;
  readonly runId?: string;
  readonly step?: string;
  readonly instance?: string;
  readonly session?: string;
  /** How handlers came to start this run, with this one as the last entry where it can start runs. */
  readonly origin?: Origin;
  /** What the run's records belong to, when that is not the run itself. */
  readonly correlation?: string;
  readonly attempt: number;
  readonly workspace: string;
  readonly outputDir?: string;
}
