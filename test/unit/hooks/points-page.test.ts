// docs/hooks/points.md is the table of points as text. After a change of the table: npx vitest run --project unit <this file> --update.
import { expect, it } from "vitest";

import { ALIASES, POINTS, type Alias, type Point } from "../../../src/hooks/index.ts";

const PAGE = "../../../docs/hooks/points.md";

it("docs/hooks/points.md shows the table of points as it is", async () => {
  await expect(renderPage()).toMatchFileSnapshot(PAGE);
});

function renderPage(): string {
  return [
    "# Points",
    "",
    "Every moment at which a hook can fire, and every name it has. A hook names it in `on`; `heddle hook explain NAME` says",
    "the same for one name. This page is generated from `src/hooks/points.ts` and `src/hooks/aliases*.ts`.",
    "",
    "`continue` and `skipped` are accepted everywhere. An outcome that is not listed for a point is an error there, never",
    "ignored. `state`, `inject`, `message` and `stop` may accompany any outcome, except that `step.retry`, which fires on",
    "the worker, takes no `state` and no `inject`. `custom:<name>` is a point of its own.",
    "",
    "| Point | When | Outcomes with an effect |",
    "| --- | --- | --- |",
    ...POINTS.map(describePoint),
    "",
    "## Other names",
    "",
    "A handler that is registered under two names of one point runs once. Where a name implies more than its point, that",
    "must hold as well.",
    "",
    "| Name | From | Means | And |",
    "| --- | --- | --- | --- |",
    ...ALIASES.filter((alias) => alias.never === undefined).map(describeAlias),
    "",
    "## Accepted, but cannot occur in a run",
    "",
    "These events of Claude Code are about its own client. A configuration may hold them; their hooks run when an agent",
    "inside a step reports the event.",
    "",
    "| Name | Why |",
    "| --- | --- |",
    ...ALIASES.filter((alias) => alias.never !== undefined).map(
      (alias) => `| \`${alias.name}\` | ${alias.never ?? ""} |`,
    ),
    "",
  ].join("\n");
}

function describePoint({ name, when, outcomes }: Point): string {
  return `| \`${name}\` | ${when} | ${outcomes.length === 0 ? "only watches" : outcomes.join(", ")} |`;
}

function describeAlias({ name, vocabulary, point, also = [], implied }: Alias): string {
  const points = [point, ...also].map((each) => `\`${each}\``).join(" and ");
  const filter = Object.entries(implied ?? {}).map(
    ([key, value]) => `${key} \`${String(value).replaceAll("|", "\\|")}\``,
  );
  return `| \`${name}\` | ${vocabulary} | ${points} | ${filter.join(", ")} |`;
}
