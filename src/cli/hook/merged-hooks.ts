import { buildHookTable, parseHookCondition, type Hook } from "../../hooks/index.ts";
import {
  loadHookFiles,
  permittedHooks,
  runsUntrusted,
  trustOf,
  type LoadedHookFiles,
  type TrustState,
} from "../../hooks/files/index.ts";
import type { Plan } from "../../patterns/plan.ts";
import type { Registry } from "../../registry/index.ts";
import { renderTable } from "../table.ts";

/** The hook files that concern a folder, and whether its project's run. */
export interface WorkspaceHooks {
  readonly folder: string;
  readonly trust: TrustState;
  readonly loaded: LoadedHookFiles;
}

export interface HookHome {
  readonly home?: string;
  readonly managedRoot?: string;
}

export async function readWorkspace(
  folder: string,
  where: HookHome,
  registry: Registry,
): Promise<WorkspaceHooks> {
  const loaded = await loadHookFiles({ workspace: folder, ...where }, parseHookCondition);
  return { folder, loaded, trust: trustOf(loaded, await registry.findTrustedFolder(folder)) };
}

export function describeWorkspace({ folder, trust, loaded }: WorkspaceHooks): object {
  return {
    folder,
    trust,
    fingerprint: loaded.fingerprint,
    scripts: loaded.scripts,
    files: loaded.files.map((file) => ({
      file: file.path,
      level: file.level,
      runs: trust === "trusted" || runsUntrusted(file),
      hooks: file.hooks.map(({ name, on }) => ({ name, point: on })),
      problems: file.problems,
    })),
  };
}

export function renderWorkspace({ folder, trust, loaded }: WorkspaceHooks): string {
  const lines = loaded.files.flatMap((file) => {
    const runs = trust === "trusted" || runsUntrusted(file) ? "runs" : "held back";
    return [
      `  ${file.path}  ${file.level}, ${String(file.hooks.length)} hooks, ${runs}`,
      ...file.problems.map((problem) => `    ${problem}`),
    ];
  });
  const scripts = loaded.scripts.map((script) => `  ${script}  script`);
  return [`${folder}: ${TRUST_TEXT[trust]}`, ...lines, ...scripts].join("\n");
}

const TRUST_TEXT: Readonly<Record<TrustState, string>> = {
  nothing: "has no hook files of its own",
  trusted: "trusted",
  changed: "changed since it was trusted; its hooks do not run",
  untrusted: "not trusted; its hooks do not run",
};

/** One line of the merged table: which hook fires where, in order, and where it comes from. */
export interface MergedRow {
  /** A step's id; null for points of the run. */
  readonly step: string | null;
  readonly point: string;
  readonly order: number;
  readonly name: string;
  readonly source: string;
}

/** What a run of the pattern would fire, from all sources in merge order. */
export function mergeHooks(
  plan: Plan,
  registered: readonly Hook[],
  workspace: WorkspaceHooks | undefined,
): { readonly rows: readonly MergedRow[]; readonly problems: readonly string[] } {
  const files =
    workspace === undefined ? [] : permittedHooks(workspace.loaded, workspace.trust === "trusted");
  const { table, problems } = buildHookTable(plan, [...files, ...registered, ...plan.hooks]);
  const rowsOf = (step: string | null, points: Readonly<Record<string, readonly number[]>>) =>
    Object.entries(points).flatMap(([point, numbers]) =>
      numbers.flatMap((number, order): readonly MergedRow[] => {
        const hook = table.hooks[number];
        return hook === undefined
          ? []
          : [{ step, point, order: order + 1, name: hook.name, source: hook.source }];
      }),
    );
  const steps = Object.entries(table.steps).flatMap(([step, points]) => rowsOf(step, points));
  return {
    rows: [...rowsOf(null, table.run), ...steps],
    problems: problems.map(({ hook, message }) => `${hook}: ${message}`),
  };
}

export function renderMerged(rows: readonly MergedRow[]): string {
  if (rows.length === 0) return "no hook fires in this pattern";
  return renderTable(
    ["STEP", "POINT", "ORDER", "NAME", "SOURCE"],
    rows.map(({ step, point, order, name, source }) => [
      step ?? "-",
      point,
      String(order),
      name,
      source,
    ]),
  );
}
