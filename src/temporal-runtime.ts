import { makeTelemetryFilterString, Runtime, type LogLevel } from "@temporalio/worker";

import type { Logger } from "./logger.ts";

const LEVELS = {
  TRACE: "trace",
  DEBUG: "debug",
  INFO: "info",
  WARN: "warn",
  ERROR: "error",
} as const satisfies Record<LogLevel, string>;

let isInstalled = false;

/**
 * Gives the SDK our log and keeps its hands off the process's signals: who starts the process ends it. The SDK has one
 * runtime per process, so only the first call counts.
 */
export function installRuntime(logger: Logger): void {
  if (isInstalled) return;
  isInstalled = true;
  const write = (level: LogLevel, message: string, meta?: object): void => {
    logger[LEVELS[level]](meta ?? {}, message);
  };
  Runtime.install({
    logger: {
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
    },
    telemetryOptions: {
      logging: { filter: makeTelemetryFilterString({ core: "WARN", other: "ERROR" }), forward: {} },
    },
    shutdownSignals: [],
  });
}
