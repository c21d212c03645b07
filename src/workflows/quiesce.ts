import { allHandlersFinished, condition, sleep } from "@temporalio/workflow";

import type { LocalWork } from "./local-work.ts";

/**
 * Waits until a workflow may close, or continue as new, without losing a message: after it the handlers are done, and
 * what the workflow does in the same breath is safe.
 *
 * When a message arrives while the closing workflow task is under way, the server fails that task and the worker replays.
 * Results of local activities are then handed over before the message, so that a workflow which closes in answer to one
 * of them never sees what came in between. A timer, or an activity of its own, is handed over behind the messages that
 * came before it, in a replay as well. So a timer lies behind the last local activity, and what late messages still set
 * going is no local activity any more, or a workflow that is sent one after the other would never get away.
 */
export async function quiesce(
  local?: LocalWork,
  rest: () => Promise<void> = () => condition(allHandlersFinished),
): Promise<void> {
  local?.avoid();
  let before: number | undefined;
  do {
    before = local?.count;
    await sleep(1, { summary: "let late messages in" });
    await rest();
  } while (local?.count !== before);
}
