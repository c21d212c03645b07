import { describe, expect, it } from "vitest";

import { runCli } from "../../../src/cli/program.ts";
import { HeddleError } from "../../../src/core/index.ts";
import { createFakeWorld } from "./fake-world.ts";

describe("the program", () => {
  it("exits 2 and suggests the command that was meant", async () => {
    const fake = createFakeWorld();

    const exitCode = await runCli(["pattern", "validat", "x.yaml"], fake.world);

    expect(exitCode).toBe(2);
    expect(fake.stderr()).toBe(
      "heddle: unknown command 'validat' [USAGE]\n  Did you mean validate?\n",
    );
    expect(fake.stdout()).toBe("");
  });

  it("exits 2 and suggests the flag that was meant", async () => {
    const fake = createFakeWorld();

    const exitCode = await runCli(["run", "start", "x", "--wiat"], fake.world);

    expect(exitCode).toBe(2);
    expect(fake.stderr()).toContain("unknown option '--wiat'");
    expect(fake.stderr()).toContain("Did you mean --wait?");
  });

  it("reports misuse as JSON where JSON is asked for", async () => {
    const fake = createFakeWorld();

    const exitCode = await runCli(["run", "start", "--json"], fake.world);

    expect(exitCode).toBe(2);
    expect(JSON.parse(fake.stdout())).toEqual({
      error: {
        code: "USAGE",
        message: "missing required argument 'pattern'",
        hint: "See `heddle help` or add --help to the command.",
      },
    });
  });

  it("says that a command is missing when only a noun is given", async () => {
    const fake = createFakeWorld();

    const exitCode = await runCli(["run"], fake.world);

    expect(exitCode).toBe(2);
    expect(fake.stderr()).toContain("A command is missing");
  });

  it("prints help on stdout and exits 0 when help is asked for", async () => {
    const fake = createFakeWorld();

    const exitCode = await runCli(["run", "start", "--help"], fake.world);

    expect(exitCode).toBe(0);
    expect(fake.stdout()).toContain("Usage: heddle run start [options] <pattern>");
    expect(fake.stderr()).toBe("");
  });

  it("prints its version, and leaves a command's own --version alone", async () => {
    const fake = createFakeWorld();

    const exitCode = await runCli(["--version"], fake.world);

    expect(exitCode).toBe(0);
    expect(fake.stdout()).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it("exits 1 when the answer is no, with message and remedy on stderr", async () => {
    const fake = createFakeWorld({
      migrate: () =>
        Promise.reject(
          new HeddleError("RUN_NOT_FOUND", "There is no run.", { hint: "List them." }),
        ),
    });

    const exitCode = await runCli(["db", "migrate"], fake.world);

    expect(exitCode).toBe(1);
    expect(fake.stderr()).toBe("heddle: There is no run. [RUN_NOT_FOUND]\n  List them.\n");
  });

  it("exits 2 when nobody could be asked", async () => {
    const fake = createFakeWorld({
      migrate: () =>
        Promise.reject(new HeddleError("NO_DATABASE", "No database.", { hint: "Start." })),
    });

    const exitCode = await runCli(["db", "migrate", "--json"], fake.world);

    expect(exitCode).toBe(2);
    expect(JSON.parse(fake.stdout())).toEqual({
      error: { code: "NO_DATABASE", message: "No database.", hint: "Start." },
    });
  });

  it("keeps the stack of a surprise", async () => {
    const fake = createFakeWorld({ migrate: () => Promise.reject(new TypeError("boom")) });

    const exitCode = await runCli(["db", "migrate"], fake.world);

    expect(exitCode).toBe(2);
    expect(fake.stderr()).toContain("heddle: boom [INTERNAL]");
    expect(fake.stderr()).toContain("TypeError: boom\n    at");
  });
});
