import type { ExecutableDocument } from "../../document.ts";
import { bytesOf } from "../../value-bytes.ts";
import type { DocumentPath } from "../../walk.ts";
import type { Finding, Rule } from "../rule.ts";

/** Temporal refuses more pending activities or children of one run than this. */
const MOST_PENDING = 2_000;
/** Temporal refuses a payload above 2 MiB; what a step adds to its own input needs room as well. */
const MOST_BYTES = 1_900_000;
/** More items fail the step. */
const MOST_ITEMS = 100_000;

export const hardLimit: Rule = {
  code: "hard-limit",
  severity: "error",
  summary: "A run would break a limit of Temporal or of Heddle that no setting lifts.",
  *check(model) {
    const { maxConcurrency } = model.document.coordination ?? {};
    if (maxConcurrency !== undefined && maxConcurrency > MOST_PENDING) {
      yield {
        path: ["coordination", "maxConcurrency"],
        message: `maxConcurrency ${maxConcurrency} is more than the ${MOST_PENDING} activities that one run may have pending`,
        hint: `Use at most ${MOST_PENDING}, or spread the work over child patterns.`,
      };
    }
    for (const { id, step, path } of model.steps) {
      if (isLarge(step)) yield* tooManyBytes(step, path, `Step "${id}"`);
      const items = step.foreach?.items;
      if (!Array.isArray(items) || items.length <= MOST_ITEMS) continue;
      yield {
        path: [...path, "foreach", "items"],
        message: `Step "${id}" goes through ${items.length} items, and ${MOST_ITEMS} is the most`,
        hint: "Group the items, or spread them over child patterns.",
      };
    }
  },
};

const LARGE_FIELDS = ["with", "run", "http", "env", "set", "emit"] as const;

/** Told for every step, so without anything that only a finding needs. */
function isLarge(body: ExecutableDocument): boolean {
  return LARGE_FIELDS.some((key) => bytesIn(body[key]) > MOST_BYTES);
}

/** No character takes more than three bytes, or six when JSON escapes it: a short text need not be looked at. */
function bytesIn(value: ExecutableDocument[(typeof LARGE_FIELDS)[number]]): number {
  if (value === undefined) return 0;
  if (typeof value === "string" && value.length < MOST_BYTES / 6) return value.length;
  return bytesOf(value);
}

function* tooManyBytes(
  body: ExecutableDocument,
  path: DocumentPath,
  who: string,
): Iterable<Finding> {
  for (const key of LARGE_FIELDS) {
    const bytes = bytesIn(body[key]);
    if (bytes <= MOST_BYTES) continue;
    yield {
      path: [...path, key],
      message: `${who} has ${bytes} bytes in \`${key}\`, and an activity takes at most 2 MiB`,
      hint: "Pass a file name or a link instead of the data.",
    };
  }
}
