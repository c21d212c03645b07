import { appendFile, mkdir } from "node:fs/promises";
import { dirname } from "node:path";

import { z } from "zod";

import { messageOf } from "../../../core/index.ts";
import { sendRequest } from "../http-request.ts";
import { defineBuiltin, type BuiltinCall } from "./builtin.ts";
import { componentOf, describeEvent } from "./event-facts.ts";
import { insideWorkspace } from "./files.ts";

const ProgressOptions = z.strictObject({
  /** Gets each note by POST, as JSON. */
  url: z.url().optional(),
  /** A file of the workspace that gets each note as one line of JSON. */
  file: z.string().min(1).optional(),
});
type Call = BuiltinCall<z.output<typeof ProgressOptions>>;

/** Tells somebody how far the run is. Nobody listening is no reason to stop: its own failure is noted and let go. */
export const progressNotification = defineBuiltin({
  name: "progress-notification",
  summary: "Posts or writes a note of progress; its own failure never disturbs the run.",
  options: ProgressOptions,
  async run(call) {
    const { event, now } = call;
    const note = {
      at: new Date(now).toISOString(),
      event: event.id,
      run: event.run.workflowId,
      pattern: event.run.pattern,
      point: event.point,
      component: componentOf(event),
      message: describeEvent(event),
    };
    try {
      await deliver(call, JSON.stringify(note));
    } catch (error) {
      return { outcome: "continue", message: `not delivered: ${messageOf(error)}` };
    }
    return { outcome: "continue", message: note.message };
  },
});

async function deliver({ options, context, signal }: Call, note: string): Promise<void> {
  if (options.file !== undefined) {
    const file = await insideWorkspace(context, options.file);
    await mkdir(dirname(file), { recursive: true });
    await appendFile(file, `${note}\n`);
  }
  if (options.url === undefined) return;
  const result = await sendRequest({
    url: options.url,
    method: "POST",
    headers: { "content-type": "application/json" },
    body: note,
    // Less than the hook has: its own timeout would be a failure of the hook.
    timeoutMs: context.timeoutMs / 2,
    signal,
    secureOnly: true,
  });
  if (result.kind === "cancelled") throw new Error("cancelled");
  if (result.kind === "failed") throw new Error(result.error.message);
  const { status } = result.response;
  if (status >= 400) throw new Error(`the listener answered ${status}`);
}
