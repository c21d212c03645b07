import type { Template } from "../../expressions/index.ts";
import type { Instance } from "./instance.ts";

/** How a body is carried out: the step's own settings, or those of its fallback or compensation. */
export interface Performance {
  readonly policy: number;
  readonly tool: string;
  readonly output?: Template;
  readonly taskQueue?: string;
  /** For kinds without an activity. */
  readonly timeoutMs?: number;
  /** Set for alternatives, whose activity ids must differ from the step's own. */
  readonly suffix?: string;
}

/** The wire name of one activity of an instance: `step`, `step[3]`, `step:fallback`, `step#2` for a second try. */
export function activityId(instance: Instance, suffix: string | undefined): string {
  const { step, env, record } = instance;
  const at = env.path === "" ? "" : `[${env.path}]`;
  const again = (record.tries ?? 1) > 1 ? `#${String(record.tries)}` : "";
  return `${step.id}${at}${suffix === undefined ? "" : `:${suffix}`}${again}`;
}
