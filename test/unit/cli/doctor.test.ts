import { describe, expect, it } from "vitest";

import type { Probe } from "../../../src/cli/doctor/check.ts";
import { runCli } from "../../../src/cli/program.ts";
import { HeddleError } from "../../../src/core/index.ts";
import { createFakeWorld } from "./fake-world.ts";

const healthy = (name: string): Probe => ({
  name,
  after: [],
  look: async () => ({ ok: true, message: "fine" }),
});

function worldWith(probes: readonly Probe[]) {
  return createFakeWorld({ openProbes: async () => ({ probes, close: async () => undefined }) });
}

describe("heddle doctor", () => {
  it("exits 0 only when every link holds", async () => {
    const fake = worldWith([healthy("server"), healthy("database")]);

    expect(await runCli(["doctor", "--json"], fake.world)).toBe(0);

    expect(JSON.parse(fake.stdout())).toEqual({
      ok: true,
      checks: [
        { name: "server", ok: true, message: "fine" },
        { name: "database", ok: true, message: "fine" },
      ],
    });
  });

  it("names the broken link with its remedy and does not ask what depends on it", async () => {
    const fake = worldWith([
      {
        name: "server",
        after: [],
        look: () => Promise.reject(new HeddleError("X", "nobody answers", { hint: "start it" })),
      },
      { name: "worker", after: ["server"], look: () => Promise.reject(new Error("not reached")) },
    ]);

    expect(await runCli(["doctor"], fake.world)).toBe(1);

    expect(fake.stdout()).toBe(
      [
        "✖ server  nobody answers",
        "          -> start it",
        "✖ worker  cannot be checked without: server",
        "",
      ].join("\n"),
    );
  });

  it("mends what can be mended when asked to, and looks again", async () => {
    let isMigrated = false;
    const migrations: Probe = {
      name: "migrations",
      after: [],
      look: async () => ({ ok: isMigrated, message: isMigrated ? "applied" : "missing" }),
      fix: async () => {
        isMigrated = true;
        return "applied 3 migrations";
      },
    };

    expect(await runCli(["doctor"], worldWith([migrations]).world)).toBe(1);
    const fake = worldWith([migrations]);
    expect(await runCli(["doctor", "--fix"], fake.world)).toBe(0);

    expect(fake.stderr()).toBe("applied 3 migrations\n");
  });
});
