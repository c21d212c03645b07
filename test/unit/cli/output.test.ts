import { describe, expect, it } from "vitest";

import { createOutput } from "../../../src/cli/output.ts";

function listen(interactive: boolean): { log: string[]; output: ReturnType<typeof createOutput> } {
  const log: string[] = [];
  const output = createOutput(
    {
      stdout: (text) => void log.push(`out ${text}`),
      stderr: (text) => void log.push(`err ${text}`),
      interactive,
      redraw: (text) => void log.push(`draw ${text}`),
    },
    false,
  );
  return { log, output };
}

describe("the output", () => {
  it("writes lines above a live picture and puts the picture back", () => {
    const { log, output } = listen(true);

    output.draw("picture");
    output.note("hello");

    expect(log).toEqual(["draw picture", "draw ", "err hello\n", "draw picture"]);
  });

  it("does not redraw what has not changed", () => {
    const { log, output } = listen(true);

    output.draw("same");
    output.draw("same");

    expect(log).toEqual(["draw same"]);
  });

  it("never draws where there is no terminal", () => {
    const { log, output } = listen(false);

    output.draw("picture");
    output.result({}, "done");

    expect(log).toEqual(["out done\n"]);
  });
});
