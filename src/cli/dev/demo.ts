import { createHeddleClient, type HeddleClient, type RunReport } from "../../client/index.ts";
import { HeddleError } from "../../core/index.ts";
import type { Registry, StoredPattern } from "../../registry/index.ts";
import { openConnection } from "../connection.ts";
import type { Output } from "../output.ts";
import { PACKAGE_ROOT } from "../package-root.ts";
import { followRun, reportRun } from "../run/follow.ts";
import { renderReport } from "../run/report-text.ts";
import type { Target } from "../target.ts";

const DEMO_PATTERN = "change-review";
/** A review's whole text does not fit a screen: the link shows the rest. */
const SHOWN_LINES = 60;

export interface DemoOptions {
  readonly target: Target;
  readonly registry: Registry;
  readonly examples: readonly StoredPattern[];
  readonly output: Output;
  /** Nothing comes after it: the last line of stdout is then the run as JSON. */
  readonly isLast: boolean;
}

/** Runs the example on real input, the last commits of the clone it is in, and prints what came out. */
export async function showDemo(options: DemoOptions): Promise<RunReport> {
  const { target, output } = options;
  const connection = await openConnection(target.connectTo);
  try {
    const client = await createHeddleClient({ ...target, connection, values: options.registry });
    const report = await runDemo(client, options);
    const text = renderDemo(report, Date.now());
    output.result(report, options.isLast ? `${text}\n${JSON.stringify(report)}` : text);
    return report;
  } finally {
    await connection.close();
  }
}

async function runDemo(
  client: HeddleClient,
  { examples, output }: Pick<DemoOptions, "examples" | "output">,
): Promise<RunReport> {
  const pattern = examples.find(({ name }) => name === DEMO_PATTERN);
  if (pattern === undefined) {
    throw new HeddleError("DEMO_MISSING", `The example "${DEMO_PATTERN}" is not registered.`, {
      hint: "Run `heddle dev --examples --demo` from a complete copy of Heddle.",
    });
  }
  const options = { version: pattern.version, workspace: PACKAGE_ROOT };
  const run = await client.start(pattern.name, {}, options);
  output.note(`started ${run.workflowId}\n  ${run.url}`);
  const outcome = await followRun(run, output);
  return reportRun(run, output, outcome);
}

export function renderDemo(report: RunReport, nowMs: number): string {
  const lines = renderReport(report, nowMs).split("\n");
  if (lines.length <= SHOWN_LINES) return lines.join("\n");
  const hidden = lines.length - SHOWN_LINES;
  return [...lines.slice(0, SHOWN_LINES - 1), `  … ${hidden} more lines`, lines.at(-1) ?? ""].join(
    "\n",
  );
}
