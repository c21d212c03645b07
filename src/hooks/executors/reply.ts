import type { ErrorInfo, JsonValue } from "../../core/index.ts";

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
