import { describe, expect, expectTypeOf, it } from "vitest";

import { definePattern, readPattern, type StepInput } from "../../../src/patterns/index.ts";

describe("definePattern", () => {
  const pattern = definePattern({
    name: "greet",
    version: "1.0.0",
    steps: {
      hello: { run: ["echo", "${{ input.name }}"], compensate: { run: "true", when: "succeeded" } },
      pick: {
        switch: { cases: [{ when: true, steps: { nested: { set: { x: 1 } } } }] },
        needs: ["hello"],
      },
    },
  });

  it("gives the document that YAML would give", () => {
    expect(pattern).toMatchObject({ heddle: "v1", name: "greet" });
    expect(readPattern(pattern).accepted?.plan.steps.map(({ id }) => id)).toEqual([
      "hello",
      "pick",
    ]);
  });

  it("keeps the types of what was written", () => {
    expectTypeOf(pattern.name).toEqualTypeOf<"greet">();
    expectTypeOf(pattern.steps).toHaveProperty("hello");
  });

  it("has types that refuse a step of no kind, of two kinds, and misspelt keys", () => {
    // @ts-expect-error a step says what it does
    const none: StepInput = { name: "x" };
    // @ts-expect-error a step does one thing
    const two: StepInput = { run: "x", wait: "1s" };
    // @ts-expect-error timout is no key
    const misspelt: StepInput = { run: "x", timout: "1s" };

    const issues = [none, two, misspelt].map(
      (step) =>
        readPattern({ heddle: "v1", name: "p", version: "1.0.0", steps: { a: step } }).issues[0]
          ?.code,
    );

    expect(issues).toEqual(["no-kind", "several-kinds", "unknown-key"]);
  });
});
