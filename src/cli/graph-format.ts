import { Option } from "commander";

import { toDot, toHtml, toMermaid, toSvg, type Plan, type RunRecord } from "../patterns/index.ts";
import type { ExitCode } from "./exit-code.ts";
import type { Output } from "./output.ts";

export const GRAPH_FORMATS = ["mermaid", "dot", "svg", "html"] as const;
export type GraphFormat = (typeof GRAPH_FORMATS)[number];

export function createFormatOption(): Option {
  return new Option("--format <format>", "what to print").choices(GRAPH_FORMATS).default("mermaid");
}

/** Draws a plan, and how a run of it went where one is given; `--json` wraps the drawing. */
export async function printGraph(
  output: Output,
  plan: Plan,
  format: GraphFormat,
  run?: RunRecord,
): Promise<ExitCode> {
  const graph = await draw(plan, format, run);
  output.result({ pattern: plan.name, version: plan.version, format, graph }, graph);
  return 0;
}

function draw(plan: Plan, format: GraphFormat, run?: RunRecord): string | Promise<string> {
  switch (format) {
    case "mermaid":
      return toMermaid(plan, run);
    case "dot":
      return toDot(plan, run);
    case "svg":
      return toSvg(plan, run);
    case "html":
      return toHtml(plan, run);
  }
}
