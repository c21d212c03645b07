import type { StepReport } from "../../client/index.ts";
import { formatDuration } from "../../core/index.ts";

type OperatorAction = NonNullable<StepReport["operator"]>[number];

/** What both a live progress report and a finished run's report know of a step. */
export interface ShownStep {
  readonly id: string;
  readonly instance?: string;
  readonly status: string;
  readonly startedAt?: string | null;
  readonly finishedAt?: string | null;
  readonly attempts: number;
  readonly reason?: string;
  readonly error?: { readonly message: string };
  readonly waitingFor?: string;
  readonly operator?: readonly OperatorAction[];
}

const MARKS: Readonly<Record<string, string>> = {
  pending: "·",
  ready: "·",
  running: "▶",
  succeeded: "✔",
  failed: "✖",
  skipped: "–",
  cancelled: "⊘",
  compensating: "↶",
  compensated: "↶",
};

export function nameOf(step: Pick<ShownStep, "id" | "instance">): string {
  return step.instance === undefined ? step.id : `${step.id}[${step.instance}]`;
}

/** One line about one step: mark, name, status, how long, and why. */
export function renderStep(step: ShownStep, nowMs: number, width: number): string {
  const facts = [
    step.status,
    durationOf(step, nowMs),
    step.attempts > 1 ? `attempt ${step.attempts}` : "",
    reasonOf(step),
    ordersOf(step),
  ].filter((fact) => fact !== "");
  return `${MARKS[step.status] ?? "?"} ${nameOf(step).padEnd(width)}  ${facts.join("  ")}`;
}

function durationOf(step: ShownStep, nowMs: number): string {
  if (step.startedAt == null) return "";
  const endMs = step.finishedAt == null ? nowMs : Date.parse(step.finishedAt);
  return formatDuration(Math.max(0, endMs - Date.parse(step.startedAt)));
}

function reasonOf(step: ShownStep): string {
  if (step.waitingFor !== undefined && step.status === "running") {
    return `waiting for ${oneLine(step.waitingFor)}`;
  }
  return oneLine(step.error?.message ?? step.reason ?? "");
}

/** Who took the step into their own hands, oldest first; a skip's reason is the step's own, and is not said twice. */
function ordersOf({ operator = [], reason }: ShownStep): string {
  const orders = operator.map((order) => {
    const by = order.by === undefined ? "by an operator" : `by ${order.by}`;
    const why = order.reason === undefined || order.reason === reason ? "" : `: ${order.reason}`;
    return oneLine(`${order.action} ${by}${why}`);
  });
  return orders.length === 0 ? "" : `[${orders.join("; ")}]`;
}

/** Reasons come from anybody's program: one line, and not a screenful. */
function oneLine(text: string): string {
  const flat = text.replace(/\s+/g, " ").trim();
  return flat.length > 120 ? `${flat.slice(0, 119)}…` : flat;
}
