import { parseDuration } from "../core/index.ts";
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
  if ("http" in registration) return { http: withoutUnset(registration.http) };
  return withoutUnset(registration);
}

/** Milliseconds of a duration that its schema has accepted. */
export function toMs(duration: string | number): number {
  const parsed = parseDuration(duration);
  return parsed.ok ? parsed.value : 0;
}

/** The same object, where an optional key is absent instead of `undefined`. */
type Settled<T> = { readonly [K in keyof T]: Exclude<T[K], undefined> };

/** zod keeps optional keys as `undefined`; a plan is plain JSON and has no such keys. */
export function withoutUnset<T extends object>(value: T): Settled<T> {
  // as: what is dropped is what `Settled` leaves out
  return Object.fromEntries(
    Object.entries(value).filter(([, each]) => each !== undefined),
  ) as Settled<T>;
}
