import { exportHooks, type ExportTarget } from "../../hooks/importers/agents/index.ts";
import type { ExitCode } from "../exit-code.ts";
import type { Output } from "../output.ts";
import { readSettings } from "./test-hooks.ts";

export interface ExportRequest {
  readonly configs: readonly string[];
  readonly target: ExportTarget;
  /** Refuse when the hooks cannot be asked. */
  readonly closed: boolean;
  /** How the target starts Heddle, as words separated by blanks. */
  readonly program: string;
}

/** Prints the configuration with which another program asks these hooks. */
export async function exportConfigs(
  request: ExportRequest,
  around: { readonly cwd: string; readonly output: Output },
): Promise<ExitCode> {
  const { configs, target, closed, program } = request;
  const settings = await readSettings(configs, around);
  const exported = exportHooks(target, settings, {
    program: program.trim().split(/\s+/),
    configs,
    closed,
  });
  for (const { event, because } of exported.left)
    around.output.note(`left behind: ${event}: ${because}`);
  const { content } = exported;
  around.output.result(
    exported,
    typeof content === "string" ? content.trimEnd() : JSON.stringify(content, null, 2),
  );
  return 0;
}
