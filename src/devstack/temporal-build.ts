import { execa } from "execa";
import { HeddleError, messageOf } from "../core/index.ts";
import { GO_MODULE_FOLDER } from "./temporal-version.ts";

export interface BuildOptions {
  readonly target: string;
  readonly report: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
}

const PACKAGE = "github.com/temporalio/cli/cmd/temporal";
const REPORT_EVERY_MS = 10_000;

/**
 * Builds the server from the pinned module. Go checks every package against go.sum.
 *
 * `cleanup: false` here and in this room's other calls: with it, execa ends this process by itself on Ctrl-C when the only
 * listener was registered by `process.once`, and the servers that were started would be left behind. `signal` does it right.
 */
export async function buildTemporal(options: BuildOptions): Promise<void> {
  const { target, report, signal, env = process.env } = options;
  const go = await goVersion(env);
  report(`Building the Temporal server with ${go}: once on this machine, about 3 minutes ...`);
  const startedAt = Date.now();
  let compiled = 0;
  let lastPackage = "";
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    const step = compiled === 0 ? "fetching modules" : `${compiled} packages compiled`;
    report(`  ${seconds} s: ${step}${lastPackage === "" ? "" : ` (${lastPackage})`}`);
  }, REPORT_EVERY_MS);
  const output: string[] = [];
  try {
    const build = execa(
      "go",
      ["build", "-v", "-mod=readonly", "-ldflags=-s -w", "-o", target, PACKAGE],
      {
        cwd: GO_MODULE_FOLDER,
        env,
        extendEnv: false,
        stdin: "ignore",
        cleanup: false,
        buffer: false,
        ...(signal === undefined ? {} : { cancelSignal: signal }),
      },
    );
    for await (const line of build.iterable({ from: "stderr" })) {
      output.push(line);
      if (line.startsWith("go: ") || line.startsWith("#")) continue;
      compiled += 1;
      lastPackage = line;
    }
    await build;
  } catch (cause) {
    signal?.throwIfAborted();
    throw failure(`\`go build\` failed: ${output.slice(-5).join("\n") || messageOf(cause)}`, cause);
  } finally {
    clearInterval(timer);
  }
}

async function goVersion(env: NodeJS.ProcessEnv): Promise<string> {
  try {
    // Run where go.mod is: that is where Go decides whether its own version will do.
    const { stdout } = await execa("go", ["version"], {
      cwd: GO_MODULE_FOLDER,
      env,
      extendEnv: false,
      stdin: "ignore",
      cleanup: false,
    });
    return /go\d+(\.\d+)*/.exec(stdout)?.[0] ?? "go";
  } catch (cause) {
    const isMissing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    if (isMissing) throw failure("there is no Go toolchain (no `go` on PATH)", cause);
    throw failure(`the Go toolchain does not do: ${messageOf(cause)}`, cause);
  }
}

function failure(reason: string, cause: unknown): HeddleError {
  return new HeddleError("TEMPORAL_BUILD_FAILED", `Build: ${reason}`, { cause });
}
