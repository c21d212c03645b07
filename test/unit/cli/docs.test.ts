import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { describe, expect, it } from "vitest";

const SCRIPT = fileURLToPath(new URL("../../../scripts/update-docs.mjs", import.meta.url));

describe("docs/cli.md", () => {
  it("shows the help of every command as it is", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, "--check"]);

    expect(stdout).toContain("docs/cli.md is up to date");
  });
});
