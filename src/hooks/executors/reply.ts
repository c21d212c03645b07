import type { ErrorInfo, JsonObject, JsonValue } from "../../core/index.ts";

/** What a process said and how it ended, as `hook test`, the ledger and failures show it. */
export interface ProcessFacts {
  readonly exitCode?: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What came back from a handler of any kind, before anyone reads a decision out of it. */
export type HandlerReply = {
  readonly ms: number;
  readonly process?: ProcessFacts;
} & (
  | { readonly kind: "answered"; readonly answer: HandlerAnswer }
  | { readonly kind: "failed"; readonly error: ErrorInfo; readonly timedOut: boolean }
  | { readonly kind: "cancelled" }
);

/** JSON where the handler spoke JSON; otherwise what it wrote, as text. */
export type HandlerAnswer = { readonly json: JsonValue } | { readonly text: string };

/** How asking a handler inside this process, or one that stays, has ended. */
export type CallEnd =
  | { readonly kind: "answered"; readonly json: JsonValue }
  | { readonly kind: "failed"; readonly error: ErrorInfo }
  | { readonly kind: "timedOut"; readonly message: string; readonly details?: JsonObject }
  | { readonly kind: "cancelled" };

/** Calls a handler, measures it, and says in a reply's words how it ended. */
export async function timedReply(call: () => Promise<CallEnd>): Promise<HandlerReply> {
  const startedAt = performance.now();
  const end = await call();
  const ms = Math.round(performance.now() - startedAt);
  switch (end.kind) {
    case "answered":
      return { kind: "answered", answer: { json: end.json }, ms };
    case "cancelled":
      return { kind: "cancelled", ms };
    case "failed":
      return { kind: "failed", timedOut: false, error: end.error, ms };
    case "timedOut": {
      const { message, details } = end;
      const error = { type: "TimedOut", message, ...(details === undefined ? {} : { details }) };
      return { kind: "failed", timedOut: true, error, ms };
    }
  }
}

/** Reads a text as JSON when it is JSON. */
export function parseAnswer(text: string): HandlerAnswer {
  const trimmed = text.trim();
  if (trimmed === "") return { text: "" };
  try {
    const json = JSON.parse(trimmed) as JsonValue; // JSON.parse gives JSON values and nothing else
    return { json };
  } catch {
    // Plain output is an answer too.
    return { text };
  }
}
