import type { JsonObject } from "./json.ts";

/**
 * Thrown when something asked of Heddle cannot be done. `code` is stable and documented, `message` says what was
 * wrong with the value quoted, `hint` says what to do about it.
 */
export class HeddleError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly details: JsonObject | undefined;

  constructor(
    code: string,
    message: string,
    options: { hint?: string; details?: JsonObject; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "HeddleError";
    this.code = code;
    this.hint = options.hint;
    this.details = options.details;
  }
}

/** The message of any thrown value, without assuming that it is an Error. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message;
  return typeof thrown === "string" ? thrown : JSON.stringify(thrown);
}
