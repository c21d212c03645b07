import { describe, expect, it } from "vitest";

import { containing } from "../../../support/matchers.ts";
import { askBuiltin, decided, stepOf } from "./ask-builtin.ts";

describe("a hook that comes with Heddle", () => {
  it("is refused under a name that does not exist, with the nearest one", async () => {
    expect(await askBuiltin("gated-checkpont", {}).ask()).toMatchObject({
      kind: "failed",
      error: {
        type: "HandlerNotFound",
        message: containing("Did you mean gated-checkpoint?"),
      },
    });
  });

  it("is refused at a point where it would do nothing", async () => {
    const gate = askBuiltin("gated-checkpoint", { tools: ["Bash"] });
    expect(await gate.ask({ point: "run.before" })).toMatchObject({
      kind: "failed",
      error: {
        type: "HandlerMisplaced",
        message: containing("Register it on step.before"),
      },
    });
  });

  it("names the option that it cannot use", async () => {
    expect(await askBuiltin("gated-checkpoint", { tool: "Bash" }).ask()).toMatchObject({
      kind: "failed",
      error: {
        type: "HandlerInputInvalid",
        message: containing("options.tools"),
      },
    });
  });
});

describe("gated-checkpoint", () => {
  const gate = askBuiltin("gated-checkpoint", { tools: ["deploy_*", "mcp__prod__*"] });

  it("refuses a gated tool, naming it and the gate", async () => {
    expect(await gate.ask({ step: stepOf({ tool: "deploy_site" }) })).toEqual(
      decided({
        outcome: "cancel",
        reason: 'deploy_site is gated by "deploy_*" until the state\'s checkpointApproved is true.',
      }),
    );
  });

  it("lets other tools pass, and gated ones once the gate is open", async () => {
    expect(await gate.ask({ step: stepOf({ tool: "read_file" }) })).toEqual(
      decided({ outcome: "continue" }),
    );
    const opened = { step: stepOf({ tool: "deploy_site" }), state: { checkpointApproved: true } };
    expect(await gate.ask(opened)).toEqual(decided({ outcome: "continue" }));
  });
});
