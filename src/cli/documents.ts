import { HeddleError, type Issue, type JsonObject } from "../core/index.ts";
import type { Known, Summary } from "../patterns/index.ts";
import type { Plan } from "../patterns/plan.ts";

/** A pattern file that was read, with everything that is to be said about it. */
export interface LoadedDocument {
  /** As the caller named it. */
  readonly file: string;
  /** Absolute: relative handler paths start at its folder. */
  readonly path: string;
  /** What was read, for showing the line of an issue; empty for a module. */
  readonly text: string;
  /** The text, or what a module exports: what a pattern is read from. */
  readonly source: string | object;
  readonly issues: readonly Issue[];
  /** What it was verified against. */
  readonly known?: Known;
  /** Absent when the document is refused. */
  readonly accepted?: AcceptedDocument;
  /** Known edges even of a document that is refused, as far as they can be read. */
  readonly edges: readonly (readonly [string, string])[];
  /** Absent when the document is too broken to have steps. */
  readonly summary?: Summary;
}

export interface AcceptedDocument {
  readonly definition: JsonObject;
  readonly plan: Plan;
}

/**
 * The accepted half of a document, for commands that can do nothing with a refused one.
 * @throws HeddleError `PATTERN_REFUSED`
 */
export function acceptedOf(document: LoadedDocument): AcceptedDocument {
  if (document.accepted !== undefined) return document.accepted;
  const first = document.issues.find(({ severity }) => severity === "error");
  throw new HeddleError(
    "PATTERN_REFUSED",
    `${document.file} is refused: ${first?.message ?? "no reason"}`,
    {
      hint: `See everything with: heddle pattern validate ${document.file}`,
    },
  );
}
