/** `heddle hook test` as a program of its own: no server, no database, no run. */
import { join } from "node:path";
import { expect, it } from "vitest";

import { createCli } from "../support/cli.ts";
import { createBench, SETTINGS, toolEvent } from "../unit/hooks/claude/bench.ts";

it("needs nothing but files: one JSON object per event, background hooks waited for", async () => {
  const bench = createBench();
  try {
    bench.write(SETTINGS, {
      hooks: {
        SessionStart: [
          { hooks: [{ type: "command", command: "sleep 0.5; echo late > late.txt", async: true }] },
        ],
        PreToolUse: [
          {
            hooks: [{ type: "command", command: "cat late.txt 2>/dev/null; echo no >&2; exit 2" }],
          },
        ],
      },
    });
    const events = [
      bench.write("1.json", { hook_event_name: "SessionStart", source: "startup" }),
      bench.write("2.json", toolEvent()),
    ];
    const cli = createCli({ cwd: bench.dir, env: process.env });

    const { stdout } = await cli.run(
      ...["hook", "test", join(bench.dir, SETTINGS)],
      ...events.flatMap((event) => ["--event", event]),
      ...["--json", "--cwd", bench.dir],
    );

    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    expect(lines).toMatchObject([
      { results: [{ exitCode: 0, outcome: "none" }], decision: { outcome: "none" } },
      { results: [{ exitCode: 2, stdout: "" }], decision: { outcome: "deny", reason: "no" } },
    ]);
  } finally {
    bench.remove();
  }
});
