import { defined, parseDuration } from "../core/index.ts";
import type { HandlerRegistration } from "./document.ts";
import type { Handler } from "./handler.ts";

/** The handler with durations in milliseconds. The registration has passed `HandlerSchema`. */
export function normalizeHandler(registration: HandlerRegistration): Handler {
  if ("all" in registration) return { all: registration.all.map(normalizeHandler) };
  if ("firstMatch" in registration)
    return { firstMatch: registration.firstMatch.map(normalizeHandler) };
  if ("vote" in registration)
    return { vote: registration.vote.map(normalizeHandler), threshold: registration.threshold };
  if ("parallel" in registration) {
    const { parallel, concurrency, timeout } = registration;
    return {
      parallel: parallel.map(normalizeHandler),
      ...(concurrency === undefined ? {} : { concurrency }),
      ...(timeout === undefined ? {} : { timeoutMs: toMs(timeout) }),
    };
  }
  if ("http" in registration) return { http: defined(registration.http) };
  if ("mcp" in registration) return { mcp: defined(registration.mcp) };
  return defined(registration);
}

/** Milliseconds of a duration that its schema has accepted. */
export function toMs(duration: string | number): number {
  const parsed = parseDuration(duration);
  return parsed.ok ? parsed.value : 0;
}
