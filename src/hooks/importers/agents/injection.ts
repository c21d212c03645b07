import { isJsonObject, type JsonValue } from "../../../core/index.ts";
import { compileGlob } from "../../glob.ts";

/** A text that waits in a file for the next fitting tool call of an agent. */
export interface PendingInjection {
  readonly content: string;
  /** Only at this event; without it at any. */
  readonly event?: string;
  /** Glob or `a|b` of tools. */
  readonly tool?: string;
  readonly expiresAtMs: number;
  readonly sequence: number;
}

/** How long an injection waits when its writer does not say. */
export const INJECTION_TTL_MS = 30_000;

/** What to do with the file. */
export type InjectionVerdict = "deliver" | "keep" | "remove";

/** Reads the file's content; undefined when it is no injection: malformed, no object, or empty. */
export function readInjection(value: JsonValue, writtenAtMs: number): PendingInjection | undefined {
  if (!isJsonObject(value)) return undefined;
  const { inject, event, tool_matcher: tool, expires_at: expires, sequence } = value;
  const content = isJsonObject(inject) ? inject["content"] : inject;
  if (typeof content !== "string" || content === "") return undefined;
  return {
    content,
    ...(typeof event === "string" && event !== "" ? { event } : {}),
    ...(typeof tool === "string" && tool !== "" ? { tool } : {}),
    expiresAtMs: expiryOf(expires) ?? writtenAtMs + INJECTION_TTL_MS,
    sequence: typeof sequence === "number" ? sequence : 0,
  };
}

/**
 * Whether an injection is delivered at a call: once, in order, before it expires, and only where it fits. One for another
 * tool or event stays; an expired one, or one that was delivered before, goes.
 */
export function judgeInjection(
  injection: PendingInjection | undefined,
  at: { readonly event: string; readonly tool: string; readonly nowMs: number },
  lastSequence: number,
): InjectionVerdict {
  if (injection === undefined || injection.sequence <= lastSequence) return "remove";
  if (at.nowMs >= injection.expiresAtMs) return "remove";
  if (injection.event !== undefined && injection.event !== at.event) return "keep";
  const fits = injection.tool === undefined || compileGlob(injection.tool)?.(at.tool) === true;
  return fits ? "deliver" : "keep";
}

/** Seconds or milliseconds since the epoch, or a timestamp. */
function expiryOf(value: JsonValue | undefined): number | undefined {
  if (typeof value === "number") return value < 100_000_000_000 ? value * 1000 : value;
  const parsed = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(parsed) ? undefined : parsed;
}
