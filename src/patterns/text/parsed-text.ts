import type { JsonValue } from "../../core/index.ts";
import type { DocumentPath } from "../walk.ts";
import type { Position } from "./lines.ts";

/** What is wrong with a text before anything in it has a meaning. */
export interface TextProblem {
  readonly code:
    | "document-too-large"
    | "syntax"
    | "duplicate-key"
    | "too-many-aliases"
    | "several-documents"
    | "too-deep"
    | "not-json";
  readonly path: DocumentPath;
  readonly message: string;
  readonly hint: string;
  /** Where, when it is not the place of `path`. */
  readonly offset?: number;
}

/** A text as data. */
export interface ParsedText {
  /** Absent when the text is no data at all. */
  readonly value: JsonValue | undefined;
  readonly problems: readonly TextProblem[];
  /** Where a part of the data stands in the text, or the nearest thing around it that is there. */
  readonly positionOf: (path: DocumentPath) => Position;
  readonly positionAt: (offset: number) => Position;
}
