import { HeddleError } from "../core/index.ts";

/** 0 done, 1 the asked thing failed, 2 could not ask. */
export type ExitCode = 0 | 1 | 2;

/** Errors that are the answer "no" of somebody who was asked. Everything else that is thrown means: could not ask. */
const ANSWERS: ReadonlySet<string> = new Set([
  "FILE_EXISTS",
  "HOOK_EXISTS",
  "HOOK_INVALID",
  "HOOK_NOT_FOUND",
  "POINT_UNKNOWN",
  "PATTERN_NOT_FOUND",
  "PATTERN_VERSION_CONFLICT",
  "PATTERN_REFUSED",
  "STATUS_REFUSED",
  "RUN_NOT_FOUND",
  "RUN_ALREADY_STARTED",
  "RUN_CLOSED",
  "RUN_OPEN",
  "SESSION_NOT_FOUND",
  "UPDATE_REFUSED",
  "VALUE_NOT_FOUND",
]);

export function exitCodeOf(thrown: unknown): ExitCode {
  return thrown instanceof HeddleError && ANSWERS.has(thrown.code) ? 1 : 2;
}
