import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import { isJsonObject } from "../../../core/index.ts";
import { defineBuiltin } from "./builtin.ts";
import { componentOf, eventFacts } from "./event-facts.ts";
import { insideWorkspace, writeAtomically } from "./files.ts";

/** Writes what the run knows into a file of the workspace, now and then. */
export const checkpoint = defineBuiltin({
  name: "checkpoint",
  summary: "Writes the run's state and the step's result into a checkpoint file, every so often.",
  options: z.strictObject({
    folder: z.string().min(1).default(".heddle/checkpoints"),
    /** The least time between two, in milliseconds; 0 writes each time. */
    everyMs: z.int().min(0).default(120_000),
    /** Checkpoints kept; the oldest go first. */
    keep: z.int().min(1).default(10),
  }),
  async run({ event, options, store, context, now }) {
    const key = `checkpoint:${event.hook}:${event.run.workflowId}`;
    const number = await store.change(key, (current) => {
      const { at, number: last } = isJsonObject(current) ? current : {};
      const isDue = typeof at !== "number" || now - at >= options.everyMs;
      if (!isDue) return { next: current, result: undefined };
      const next = (typeof last === "number" ? last : 0) + 1;
      return { next: { at: now, number: next }, result: next };
    });
    if (number === undefined)
      return { outcome: "skipped", reason: "the last checkpoint is recent enough" };
    const folder = await insideWorkspace(context, options.folder);
    await mkdir(folder, { recursive: true });
    const name = `${String(number).padStart(6, "0")}.json`;
    const content = {
      number,
      at: new Date(now).toISOString(),
      run: { ...event.run },
      point: event.point,
      component: componentOf(event),
      state: event.state,
      ...eventFacts(event),
    };
    await writeAtomically(join(folder, name), `${JSON.stringify(content, undefined, 2)}\n`);
    const all = (await readdir(folder)).filter((file) => /^\d{6,}\.json$/.test(file)).toSorted();
    for (const old of all.slice(0, -options.keep)) await rm(join(folder, old), { force: true });
    return { outcome: "continue", message: `checkpoint ${join(options.folder, name)}` };
  },
});
