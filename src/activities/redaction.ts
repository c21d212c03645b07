import { createRedactor, type ErrorInfo, type JsonValue, type Redactor } from "../core/index.ts";
import type { ActivityDeps } from "./deps.ts";

const KNOWS_NOTHING = createRedactor([]);

/** What takes secrets out of results and records; a worker without secrets knows shapes only. */
export function redactorOf({ redactor = KNOWS_NOTHING }: Pick<ActivityDeps, "redactor">): Redactor {
  return redactor;
}

/** A failure without the secrets that the worker knows: it goes into the history. */
export function withoutSecrets(error: ErrorInfo, deps: Pick<ActivityDeps, "redactor">): ErrorInfo {
  // as: an error is plain JSON with the same fields afterwards
  return redactorOf(deps).known(error as unknown as JsonValue) as unknown as ErrorInfo;
}
