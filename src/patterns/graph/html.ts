import type { Plan } from "../plan.ts";
import { COLORS, type RunRecord } from "./overlay.ts";
import { toSvg } from "./svg.ts";

/** A page that shows the picture of a plan and needs nothing else: no script, no network. */
export async function toHtml(plan: Plan, run?: RunRecord): Promise<string> {
  const svg = await toSvg(plan, run);
  const title = escape(`${plan.name} ${plan.version}`);
  // The prolog belongs to a file of its own.
  const picture = svg.slice(svg.indexOf("<svg"));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>
body { margin: 1rem; font-family: Helvetica, Arial, sans-serif; }
svg { max-width: 100%; height: auto; }
li { display: inline-block; margin-right: 1rem; }
i { display: inline-block; width: 1em; height: 1em; border: 1px solid #888; vertical-align: -0.15em; }
</style>
</head>
<body>
<h1>${title}</h1>
<p>${escape(plan.description ?? "")}</p>
${run === undefined ? "" : legend()}
${picture}
</body>
</html>
`;
}

function legend(): string {
  const items = Object.entries(COLORS).map(
    ([status, color]) => `<li><i style="background: ${color}"></i> ${status}</li>`,
  );
  return `<ul>${items.join("")}</ul>\n<p>Thick: the chain that decided how long the run took.</p>`;
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
