import { setCurrentDetails } from "@temporalio/workflow";

import { formatDuration } from "../core/index.ts";
import type { RunContext } from "./interpreter/context.ts";
import type { HookReport, OperatorAction, StepReport } from "./messages.ts";

/** Rows that fit the server's 20,000 bytes with room to spare. */
const SHOWN_ROWS = 100;

/**
 * Shows the run as a Markdown table in the Web UI, drawn when somebody looks. The SDK answers its metadata query by
 * turning what was set here into JSON, so an object that knows how to do that is drawn then and never before: drawing at
 * every change cost more than all the rest of the interpreter.
 */
export function showDetails(ctx: RunContext): void {
  const details = { toJSON: () => renderDetails(ctx) };
  setCurrentDetails(details as unknown as string); // as: see above
}

function renderDetails({ report, plan }: RunContext): string {
  const steps = [...report.steps.values()];
  // What moves is what people look for: unfinished steps stay in sight whatever the length.
  const open = steps.filter((step) => step.finishedAt === undefined);
  const closed = steps.filter((step) => step.finishedAt !== undefined);
  const shown = [...open.slice(0, SHOWN_ROWS / 2), ...closed.slice(-SHOWN_ROWS / 2)];
  const hidden = steps.length - shown.length;
  return [
    `**${plan.name} ${plan.version}** · ${String(closed.length)} of ${String(steps.length)} begun steps settled`,
    ...report.notices.map((notice) => `\n> ${notice.replaceAll("\n", " ")}`),
    "",
    "| step | state | took | hooks | note |",
    "| --- | --- | --- | --- | --- |",
    ...shown.map((step) => renderRow(step, report.hooks)),
    ...(hidden > 0 ? ["", `… and ${String(hidden)} more`] : []),
  ].join("\n");
}

function renderRow(step: StepReport, hooks: readonly HookReport[]): string {
  const name = step.instance === undefined ? step.id : `${step.id}[${step.instance}]`;
  const decided = hooks
    .filter((hook) => hook.step === step.id && hook.instance === step.instance)
    .map(renderHook);
  const note = step.waitingFor ?? step.error?.message ?? step.reason ?? "";
  const notes = [...(note === "" ? [] : [note]), ...(step.operator ?? []).map(renderOrder)];
  const cells = [name, step.status, tookOf(step), decided.slice(0, 4).join(", ")];
  return `| ${[...cells, notes.map(escape).join("; ")].join(" | ")} |`;
}

function renderOrder({ action, by }: OperatorAction): string {
  return `${action} by ${by ?? "an operator"}`;
}

/** What it decided, how often it was tried for that, and what kept it from deciding. */
function renderHook({ name, outcome, attempts, error }: HookReport): string {
  const tries = attempts > 1 ? ` (${String(attempts)} attempts)` : "";
  const failure = error === undefined ? "" : ` failed: ${escape(error.message)}`;
  return `${name}: ${outcome}${tries}${failure}`;
}

function tookOf({ startedAt, finishedAt }: StepReport): string {
  if (startedAt === undefined || finishedAt === undefined) return "";
  return formatDuration(Date.parse(finishedAt) - Date.parse(startedAt));
}

function escape(text: string): string {
  return text.slice(0, 80).replaceAll("|", "\\|").replaceAll("\n", " ");
}
