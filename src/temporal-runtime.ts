import {
  makeTelemetryFilterString,
  Runtime,
  type Logger as SdkLogger,
  type LogLevel,
} from "@temporalio/worker";

import type { Logger } from "./logger.ts";

const LEVELS = {
  TRACE: "trace",
  DEBUG: "debug",
  INFO: "info",
  WARN: "warn",
  ERROR: "error",
} as const satisfies Record<LogLevel, string>;

let isInstalled = false;

/** What the SDK says, as a warning, of every attempt of an activity that failed. */
const ATTEMPT_FAILED = "Activity failed";

export interface RuntimeOptions {
  /** Somebody watches the run: its steps tell which attempts failed, and why. Then the log need not say it again. */
  readonly isWatched?: boolean;
}

/** A task's token is 200 letters for the server alone: whoever has it can answer in the worker's place. */
function withoutToken(meta: object = {}): object {
  const { taskToken: _token, ...facts } = meta as { readonly taskToken?: unknown }; // as: any object may have it
  return facts;
}

/** Our log as the SDK wants one. */
export function createSdkLogger(logger: Logger, { isWatched }: RuntimeOptions = {}): SdkLogger {
  const write = (level: LogLevel, message: string, meta?: object): void => {
    const isKnown = isWatched === true && message === ATTEMPT_FAILED;
    logger[isKnown ? "debug" : LEVELS[level]](withoutToken(meta), message);
  };
  return {
    log: write,
    trace: (message, meta) => {
      write("TRACE", message, meta);
    },
    debug: (message, meta) => {
      write("DEBUG", message, meta);
    },
    info: (message, meta) => {
      write("INFO", message, meta);
    },
    warn: (message, meta) => {
      write("WARN", message, meta);
    },
    error: (message, meta) => {
      write("ERROR", message, meta);
    },
  };
}

/**
 * Gives the SDK our log and keeps its hands off the process's signals: who starts the process ends it. The SDK has one
 * runtime per process, so only the first call counts.
 */
export function installRuntime(logger: Logger, options: RuntimeOptions = {}): void {
  if (isInstalled) return;
  isInstalled = true;
  Runtime.install({
    logger: createSdkLogger(logger, options),
    telemetryOptions: {
      logging: { filter: makeTelemetryFilterString({ core: "WARN", other: "ERROR" }), forward: {} },
    },
    shutdownSignals: [],
  });
}
