import { z } from "zod";

import { isJsonObject, type JsonValue } from "../../../core/index.ts";
import { defineBuiltin } from "./builtin.ts";
import { fitsStep } from "./fits.ts";

const BORDER = "=".repeat(60);

/** Reminds an agent to write down what it learnt when it has finished a task of high priority. */
export const priorityReminder = defineBuiltin({
  name: "priority-reminder",
  summary: "After a high-priority task was completed, reminds the agent to record what it learnt.",
  points: ["step.after"],
  options: z.strictObject({
    /** Matcher of the tools that change a task's status. */
    tools: z.string().min(1).default("*update_task_status"),
    /** Where notes belong. */
    memoryPaths: z.array(z.string().min(1)).default(["memory/short_term/", "memory/long_term/"]),
  }),
  run({ event, options }) {
    const { step } = event;
    if (step === undefined || !fitsStep(options.tools, step)) return { outcome: "continue" };
    const task = taskIn(step.output ?? null);
    if (task["priority"] !== "high" || task["status"] !== "completed")
      return { outcome: "continue" };
    return {
      outcome: "continue",
      inject: [{ strategy: "user_message", content: reminder(options.memoryPaths) }],
    };
  },
});

/** A step's output may be the task's record, or text that holds it. */
function taskIn(output: JsonValue): Readonly<Record<string, JsonValue>> {
  const value = typeof output === "string" ? parse(output) : output;
  if (!isJsonObject(value)) return {};
  const task = value["task"];
  if (isJsonObject(task)) return task;
  const { json, stdout } = value;
  if (isJsonObject(json)) return taskIn(json);
  return typeof stdout === "string" ? taskIn(stdout) : {};
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue; // as: JSON.parse gives JSON values and nothing else
  } catch {
    // Plain text tells of no task.
    return null;
  }
}

function reminder(paths: readonly string[]): string {
  return [
    BORDER,
    "SYSTEM REMINDER: a high-priority task is complete",
    BORDER,
    "Write down what is worth keeping before you go on:",
    ...paths.map((path) => `- ${path}`),
    BORDER,
  ].join("\n");
}
