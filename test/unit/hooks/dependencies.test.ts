// Order between hooks: what comes first, what may run side by side, and which dependencies can never be met.
import { describe, expect, it } from "vitest";

import { groupChain } from "../../../src/hooks/chain.ts";
import { findDependencyFaults, orderByDependencies } from "../../../src/hooks/dependencies.ts";
import type { Hook } from "../../../src/hooks/index.ts";
import { makeHook } from "./make-hook.ts";

const hook = (name: string, dependsOn?: readonly string[], more: Partial<Hook> = {}): Hook =>
  makeHook({ name, ...(dependsOn === undefined ? {} : { dependsOn }), ...more });
const order = (hooks: readonly Hook[]): readonly Hook[] =>
  orderByDependencies(hooks, (each) => each);
const names = (hooks: readonly Hook[]): readonly string[] => hooks.map(({ name }) => name);
const groups = (...hooks: readonly Hook[]): readonly (readonly string[])[] =>
  groupChain(order(hooks)).map(names);

describe("the order of hooks at one place", () => {
  it("is that of the table where nobody depends on anybody", () => {
    expect(groups(hook("b"), hook("a"))).toEqual([["b"], ["a"]]);
  });

  it("puts what is depended on first, whatever its priority", () => {
    expect(groups(hook("last", ["first"]), hook("other"), hook("first"))).toEqual([
      ["other"],
      ["first"],
      ["last"],
    ]);
  });

  it("C25: lets independent ones share a phase, and ignores edges to hooks of another point", () => {
    expect(
      groups(hook("d", ["b", "c"]), hook("b", ["a"]), hook("c", ["a", "elsewhere"]), hook("a")),
    ).toEqual([["a"], ["b", "c"], ["d"]]);
  });

  it("keeps hooks that take no part in it to themselves", () => {
    expect(groups(hook("x"), hook("a", []), hook("b", []), hook("y"))).toEqual([
      ["x"],
      ["a", "b"],
      ["y"],
    ]);
  });
});

describe("dependencies that can never be met", () => {
  it("B14: a missing one is an error that names both hooks, and the name that may have been meant", () => {
    const faults = findDependencyFaults([
      hook("deploy", ["workspace-setpu"]),
      hook("workspace-setup"),
    ]);

    expect([...faults.values()]).toEqual([
      {
        type: "HookDependencyMissing",
        message:
          'The hook "deploy" depends on "workspace-setpu", and no enabled hook has that name. Did you mean "workspace-setup"?',
        details: { hook: "deploy", missing: "workspace-setpu" },
      },
    ]);
  });

  it("B14, C25: a circle is listed as a path, for those in it and not for those behind it", () => {
    const faults = findDependencyFaults([
      hook("a", ["b"]),
      hook("b", ["a"]),
      hook("behind", ["a"]),
      hook("free", []),
    ]);

    expect(names([...faults.keys()])).toEqual(["a", "b"]);
    expect([...faults.values()][0]).toMatchObject({
      type: "HookDependencyCycle",
      message: "The hooks at step.before depend on each other in a circle: a -> b -> a.",
    });
  });

  it("C25: what would be a circle only across points is none", () => {
    const faults = findDependencyFaults([
      hook("a", ["b"], { on: "step.before" }),
      hook("b", ["a"], { on: "step.after" }),
    ]);

    expect(faults.size).toBe(0);
  });

  it("finds a circle of thousands", () => {
    const many = Array.from({ length: 3000 }, (_, index) =>
      hook(`h${String(index)}`, [`h${String((index + 1) % 3000)}`]),
    );

    expect(findDependencyFaults(many).size).toBe(3000);
  });
});
