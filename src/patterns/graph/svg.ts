import { HeddleError } from "../../core/index.ts";
import type { Plan } from "../plan.ts";
import { toDot } from "./dot.ts";
import type { RunRecord } from "./overlay.ts";

/** Laying out more edges than this takes minutes, and nobody can read the result. */
const MOST_STEPS = 1_500;

/**
 * Draws a plan as a picture, with Graphviz compiled to WebAssembly: no program has to be installed.
 * @throws HeddleError `GRAPH_TOO_LARGE`
 */
export async function toSvg(plan: Plan, run?: RunRecord): Promise<string> {
  const dot = toDot(plan, run);
  const lines = dot.split("\n").length;
  if (lines > MOST_STEPS * 4) {
    throw new HeddleError(
      "GRAPH_TOO_LARGE",
      `The pattern "${plan.name}" has too many steps and edges for a picture (${lines} lines of Graphviz text)`,
      { hint: "Use the format dot or mermaid, and draw the part that matters." },
    );
  }
  // A megabyte of WebAssembly: loaded by those who draw.
  const { instance } = await import("@viz-js/viz");
  const viz = await instance();
  return viz.renderString(dot, { format: "svg" });
}
