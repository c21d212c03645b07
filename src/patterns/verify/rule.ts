import type { Severity } from "../../core/index.ts";
import type { DocumentPath } from "../walk.ts";
import type { Model } from "./model/model.ts";

/** One check over the whole document. Each looks at an immutable model and knows nothing of the others. */
export interface Rule {
  /** Stable, kebab-case; the name of its file and of its page in docs/rules. */
  readonly code: string;
  readonly severity: Severity;
  /** One sentence: what it finds. */
  readonly summary: string;
  readonly check: (model: Model) => Iterable<Finding>;
}

export interface Finding {
  readonly path: DocumentPath;
  /** Names the thing, with its value quoted. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
  /** When it differs from the rule's own. */
  readonly severity?: Severity;
}
