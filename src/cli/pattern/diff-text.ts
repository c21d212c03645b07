import type { PatternDiff } from "../../patterns/index.ts";

const SIGNS = { added: "+", removed: "-", changed: "~" } as const;
/** Longest value that is shown on its line. */
const LONGEST = 100;

/** A comparison for people: steps and edges first, then every place with what stood and what stands there. */
export function renderDiff({ equal, steps, edges, changes }: PatternDiff): string {
  if (equal) return "no difference";
  const lines = [
    ...(["added", "removed", "changed"] as const).flatMap((change) =>
      steps[change].map((id) => `${SIGNS[change]} step ${id}`),
    ),
    ...(["added", "removed"] as const).flatMap((change) =>
      edges[change].map(([from, to]) => `${SIGNS[change]} edge ${from} -> ${to}`),
    ),
    ...changes.map((change) => {
      const shown =
        change.change === "changed"
          ? `${show(change.before)} -> ${show(change.after)}`
          : show(change.change === "added" ? change.after : change.before);
      return `${SIGNS[change.change]} ${change.path}: ${shown}`;
    }),
  ];
  return lines.join("\n");
}

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
}
