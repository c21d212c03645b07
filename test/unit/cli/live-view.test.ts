/** The live step tree on a terminal, as somebody sees it: with log-update, and with a worker that logs meanwhile. */
import { createLogUpdate } from "log-update";
import { describe, expect, it } from "vitest";

import { createOutput, type Output } from "../../../src/cli/output.ts";
import { createProgressView } from "../../../src/cli/run/progress-view.ts";
import type { ShownStep } from "../../../src/cli/run/step-line.ts";
import type { ProgressReport } from "../../../src/client/index.ts";
import { createLogger } from "../../../src/logger.ts";
import { createSdkLogger } from "../../../src/temporal-runtime.ts";
import { createScreen, type Screen } from "../../support/screen.ts";

interface Terminal {
  readonly screen: Screen;
  readonly output: Output;
  readonly show: (steps: readonly ShownStep[], status?: string) => void;
}

function createTerminal(): Terminal {
  const screen = createScreen();
  const picture = createLogUpdate(screen.stream);
  const write = (text: string): void => void screen.stream.write(text);
  const output = createOutput(
    {
      stdout: write,
      stderr: write,
      interactive: true,
      redraw: (text) => {
        if (text === "") picture.clear();
        else picture(text);
      },
    },
    false,
  );
  const view = createProgressView(output, () => 0);
  return {
    screen,
    output,
    show: (steps, status = "running") => {
      const report = { pattern: "p", version: "1.0.0", status, steps };
      view.show(report as unknown as ProgressReport);
    },
  };
}

const step = (id: string, status: string, instance?: string): ShownStep => ({
  id,
  status,
  attempts: 1,
  ...(instance === undefined ? {} : { instance }),
});

describe("the live step tree", () => {
  it("lists a step's instances below it, in order, however late they appear", () => {
    const { screen, show } = createTerminal();

    show([step("each", "running"), step("after", "pending")]);
    show([
      step("each", "running"),
      step("after", "pending"),
      step("each", "running", "10"),
      step("each", "succeeded", "2"),
    ]);

    expect(screen.lines()).toEqual([
      "p 1.0.0  running",
      "▶ each        running",
      "  ✔ each[2]   succeeded",
      "  ▶ each[10]  running",
      "· after       pending",
    ]);
  });

  it("does not make steps of a repeated scope look like instances of the step above", () => {
    const { screen, show } = createTerminal();

    show([
      step("teams", "running"),
      step("teams", "running", "0"),
      step("work", "running", "0.1"),
      step("work", "succeeded", "0.0"),
    ]);

    expect(screen.lines().slice(2)).toEqual([
      "  ▶ teams[0]   running",
      "✔ work[0.0]    succeeded",
      "▶ work[0.1]    running",
    ]);
  });

  it("stays whole below lines that others write, and is taken away by what comes last", () => {
    const { screen, output, show } = createTerminal();

    show([step("a", "running"), step("b", "pending")]);
    output.note("a remark");
    show([step("a", "succeeded"), step("b", "running")]);
    expect(screen.lines()).toEqual([
      "a remark",
      "p 1.0.0  running",
      "✔ a    succeeded",
      "▶ b    running",
    ]);

    output.draw("");
    output.result(null, "the report");
    expect(screen.lines()).toEqual(["a remark", "the report"]);
  });
});

describe("the log of a worker whose run is watched", () => {
  const FACTS = { activityId: "a", taskToken: "CiQwMWEx", attempt: 2 };

  function logTo(output: Output, options: { readonly isWatched?: boolean }) {
    const write = (line: string): void => {
      output.note(line.trimEnd());
    };
    return createSdkLogger(createLogger({ level: "warn", format: "plain", write }), options);
  }

  it("leaves failed attempts to the step tree, which tells them", () => {
    const { screen, output, show } = createTerminal();
    const log = logTo(output, { isWatched: true });

    show([step("a", "running")]);
    log.warn("Activity failed", FACTS);
    log.warn("Something else", FACTS);

    const [remark, ...tree] = screen.lines();
    expect(remark).toMatch(/warn {2}Something else activityId=a attempt=2$/);
    expect(tree).toEqual(["p 1.0.0  running", "▶ a    running"]);
  });

  it("has failed attempts where nobody watches, without the task's token", () => {
    const { screen, output } = createTerminal();

    logTo(output, {}).warn("Activity failed", FACTS);

    expect(screen.lines().join("")).toMatch(/warn {2}Activity failed activityId=a attempt=2$/);
  });
});
