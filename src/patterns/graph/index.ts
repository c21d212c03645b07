export { toDot } from "./dot.ts";
export { toHtml } from "./html.ts";
export { toMermaid } from "./mermaid.ts";
export type { RunHook, RunRecord, RunStep } from "./overlay.ts";
export { toSvg } from "./svg.ts";
