export type Severity = "error" | "warning" | "info";

/** One problem of a document. A verifier reports all of them in one pass. */
export interface Issue {
  /** Stable, documented code, e.g. `cycle`, `unknown-step`. */
  readonly code: string;
  readonly severity: Severity;
  /** Dotted path inside the document, e.g. `steps.build.needs[0]`; empty for the document itself. */
  readonly path: string;
  /** 1-based; 0 where the source has no positions (a TypeScript definition). */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
}

/** True when nothing in the list forbids using the document. */
export function isAcceptable(issues: readonly Issue[]): boolean {
  return issues.every((issue) => issue.severity !== "error");
}
