import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { HeddleError, messageOf } from "../core/index.ts";

/** The folder of the pinned Go module; at the same distance from `src/devstack` and from `dist/devstack`. */
export const GO_MODULE_FOLDER = fileURLToPath(new URL("../../tools/temporal", import.meta.url));

/** The version that is downloaded or built: the one the Go module pins, so that there is one pin. */
export function pinnedTemporalVersion(goModuleFolder = GO_MODULE_FOLDER): string {
  const file = `${goModuleFolder}/go.mod`;
  const version = /github\.com\/temporalio\/cli v(\d+\.\d+\.\d+)/.exec(
    readFileSync(file, "utf8"),
  )?.[1];
  if (version !== undefined) return version;
  throw new HeddleError(
    "TEMPORAL_NOT_PINNED",
    `${file} requires no version of github.com/temporalio/cli`,
    {
      hint: "Restore tools/temporal/go.mod from the repository.",
    },
  );
}

export type ProbeResult =
  | { readonly runs: true; readonly version: string }
  | { readonly runs: false; readonly reason: string };

/** Whether a file is a Temporal CLI that runs here: right system, complete, executable. */
export async function probeTemporal(path: string, signal?: AbortSignal): Promise<ProbeResult> {
  try {
    const { stdout } = await execa(path, ["--version"], {
      timeout: 15_000,
      stdin: "ignore",
      cleanup: false,
      ...(signal === undefined ? {} : { cancelSignal: signal }),
    });
    if (stdout.startsWith("temporal version")) return { runs: true, version: stdout.trim() };
    return { runs: false, reason: `\`${path} --version\` printed "${stdout.slice(0, 100)}"` };
  } catch (error) {
    signal?.throwIfAborted();
    return { runs: false, reason: messageOf(error).split("\n")[0] ?? "it does not run" };
  }
}
