import type { RunHandle, StartOptions } from "../../client/index.ts";
import { withLink, type Link, type World } from "../context.ts";
import type { LoadedDocument } from "../documents.ts";
import type { ExitCode } from "../exit-code.ts";
import { readInput } from "../input.ts";
import { renderIssues } from "../issues-text.ts";
import { checkCalls, refuseUnknownCalls } from "../pattern/check-calls.ts";
import type { Output } from "../output.ts";
import { exitCodeOfRun, followRun, reportRun, toBareReport } from "./follow.ts";
import { renderReport } from "./report-text.ts";
import { isFileName, registerForRun, type RunTarget } from "./resolve-pattern.ts";

export interface StartFlags {
  readonly input?: string;
  readonly wait?: boolean;
  readonly follow?: boolean;
  readonly dev?: boolean;
  readonly version?: string;
  readonly session?: string;
  readonly workspace?: string;
  readonly label?: readonly string[];
  readonly flag?: readonly string[];
  readonly id?: string;
}

/** `heddle run start`: a name is started as it is, a file is checked, registered and started in one go. */
export async function startRun(
  world: World,
  output: Output,
  pattern: string,
  flags: StartFlags,
): Promise<ExitCode> {
  const input = await readInput(flags.input, world);
  const document = isFileName(pattern) ? await world.loadDocument(pattern) : undefined;
  if (document !== undefined && document.accepted === undefined) {
    return refuse(output, document);
  }
  for (const line of document === undefined ? [] : linesOf(document)) output.note(line);
  const note = (text: string): void => {
    output.note(text);
  };
  return withLink(
    world,
    async (link) => {
      const checked =
        document && refuseUnknownCalls(await checkCalls(document, () => link.registry()));
      if (checked !== undefined && checked.accepted === undefined) return refuse(output, checked);
      const target =
        checked?.accepted === undefined
          ? { name: pattern, ...(flags.version === undefined ? {} : { version: flags.version }) }
          : await registerForRun(await link.registry(), checked.accepted, checked.path, note);
      const client = await link.client();
      await link.serve();
      const run = await client.start(target.name, input, {
        ...optionsOf(target, flags),
        ...(world.origin === undefined ? {} : { origin: world.origin }),
      });
      output.note(`started ${run.workflowId}`);
      if (flags.wait !== true && flags.follow !== true) return printStarted(output, run);
      return waitFor(link, output, run);
    },
    { dev: flags.dev === true, note },
  );
}

function refuse(output: Output, document: LoadedDocument): ExitCode {
  const { file, issues } = document;
  const text = [...linesOf(document), `${file} is refused: nothing was started.`];
  output.result({ status: "refused", issues }, text.join("\n"));
  return 2;
}

function linesOf({ file, issues, text }: LoadedDocument): readonly string[] {
  return renderIssues(file, issues, text);
}

function optionsOf(target: RunTarget, flags: StartFlags): StartOptions {
  const { session, workspace, label, flag, id } = flags;
  return {
    ...(target.version === undefined ? {} : { version: target.version }),
    ...(session === undefined ? {} : { session }),
    ...(workspace === undefined ? {} : { workspace }),
    ...(label === undefined ? {} : { labels: label }),
    ...(flag === undefined ? {} : { flags: flag }),
    ...(id === undefined ? {} : { workflowId: id }),
  };
}

function printStarted(output: Output, run: RunHandle): ExitCode {
  const report = toBareReport(run, { status: "running", output: null });
  output.result(report, `running  ${run.workflowId}\nsee ${run.url}`);
  return 0;
}

async function waitFor(link: Link, output: Output, run: RunHandle): Promise<ExitCode> {
  if ((await link.countWorkers()) === 0) {
    output.note(
      "No worker polls the task queue yet: the run waits for one. Start it with `heddle worker` or `heddle dev`.",
    );
  }
  const outcome = await followRun(run, output);
  const report = await reportRun(run, output, outcome);
  output.result(report, renderReport(report, Date.now()));
  return exitCodeOfRun(report);
}
