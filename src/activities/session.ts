import type { JsonObject } from "../core/index.ts";
import type { SessionNoteInput } from "./contract.ts";
import type { ActivityDeps } from "./deps.ts";
import { fail } from "./failure.ts";

/** Tells a session of a run's start or end. A start wakes the session, or begins it, and gives its shared state. */
export async function sessionNote(
  { session, note }: SessionNoteInput,
  { sessions }: ActivityDeps,
): Promise<JsonObject> {
  if (sessions === undefined)
    throw fail(
      "Internal",
      `This worker has no client to reach the session ${JSON.stringify(session)}.`,
    );
  const { kind, ...run } = note;
  if (kind === "runStarted") return sessions.join(session, run);
  await sessions.noteClosed(session, run);
  return {};
}
