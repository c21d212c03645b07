import { appendFile, mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";

import { z } from "zod";

import { digestOf, messageOf } from "../../../core/index.ts";
import { agentOf } from "./agent-of.ts";
import { defineBuiltin } from "./builtin.ts";
import { insideWorkspace, isMissing } from "./files.ts";
import { fitsStep } from "./fits.ts";

/** Notes where each picture, sound and film came from: who made it, with what, knowing what. */
export const mediaLedger = defineBuiltin({
  name: "media-ledger",
  summary:
    "Appends where generated media came from to a ledger file, with a digest of the context.",
  points: ["step.after"],
  options: z.strictObject({
    /** Matcher of the tools that make media. */
    tools: z.string().min(1).default("*image*|*picture*|*audio*|*speech*|*video*|*media*"),
    file: z.string().min(1).default(".heddle/media-ledger.jsonl"),
  }),
  async run({ event, options, context, now }) {
    const { step } = event;
    if (step === undefined || !fitsStep(options.tools, step)) return { outcome: "continue" };
    const entry = {
      event: event.id,
      at: new Date(now).toISOString(),
      run: event.run.workflowId,
      pattern: `${event.run.pattern}@${event.run.version}`,
      agent: agentOf(event),
      step: step.id,
      tool: step.tool,
      input: digestOf(step.input),
      output: digestOf(step.output ?? null),
      context: digestOf(event.state),
    };
    try {
      const file = await insideWorkspace(context, options.file);
      const isNoted = (await readIfThere(file)).includes(JSON.stringify(entry.event));
      await mkdir(dirname(file), { recursive: true });
      if (!isNoted) await appendFile(file, `${JSON.stringify(entry)}\n`);
    } catch (error) {
      // What was made is there; a ledger that cannot be written must not take it away.
      return { outcome: "continue", message: `not noted: ${messageOf(error)}` };
    }
    return { outcome: "continue", message: `noted in ${options.file}` };
  },
});

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (isMissing(error)) return "";
    throw error;
  }
}
