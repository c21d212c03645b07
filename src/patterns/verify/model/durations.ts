import { parseDuration } from "../../../core/index.ts";
import type { DurationDocument } from "../../document.ts";

/** A written duration in milliseconds; nothing when it is absent, computed at run time or refused by the schema. */
export function msOf(duration: DurationDocument | undefined): number | undefined {
  if (duration === undefined) return undefined;
  const parsed = parseDuration(duration);
  return parsed.ok ? parsed.value : undefined;
}
