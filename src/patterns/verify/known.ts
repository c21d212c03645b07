import type { JsonObject } from "../../core/index.ts";

/**
 * What exists outside a document, as far as the caller knows it. A verifier without a registry leaves a part out, and the
 * rules about that part are silent.
 */
export interface Known {
  /** Registered functions: name -> what they take and give, as JSON Schema. */
  readonly functions?: ReadonlyMap<string, KnownHandler>;
  /** Registered patterns by name, the document's own aside. */
  readonly patterns?: ReadonlyMap<string, KnownPattern>;
  /** Milliseconds since 1970: what is past. Without it nothing is. */
  readonly nowMs?: number;
}

export interface KnownHandler {
  readonly input?: JsonObject;
  readonly output?: JsonObject;
}

export interface KnownPattern {
  readonly versions: readonly string[];
  /** Of the newest version. */
  readonly input?: JsonObject;
  /** Patterns that the newest version calls on its way. */
  readonly calls: readonly string[];
}
