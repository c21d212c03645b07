import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { inspectExpression, references } from "../../../src/expressions/index.ts";

function shown(source: string): readonly string[] {
  return references(source).map(
    ({ root, path, open, guarded }) =>
      [root, ...path].join(".") + (open ? "[*]" : "") + (guarded ? "?" : ""),
  );
}

describe("references", () => {
  it.each<[string, readonly string[]]>([
    ["steps.a.output.x", ["steps.a.output.x"]],
    ['steps["a-b"].output[0].x', ["steps.a-b.output.0.x"]],
    ["input.list[index].name", ["index", "input.list[*]"]],
    ["input[1 + 1]", ["input[*]"]],
    ["steps.a.output.map(x, x.y + state.z)", ["steps.a.output", "state.z"]],
    ["cel.bind(input, state.a, input.b)", ["state.a"]],
    ["input.a.filter(item, item.x) == item", ["input.a", "item"]],
    ["{'k': run.id, state.k: [session.s]}", ["run.id", "state.k", "session.s"]],
    ["(input.a).b", ["input.a.b"]],
    ["input.a.size()", ["input.a"]],
    ["!event.ok || -iteration > 1", ["event.ok", "iteration"]],
    ["not ( valid", []],
  ])("finds what %s reads", (source, expected) => {
    expect(shown(source)).toEqual(expected);
  });

  it.each<[string, readonly string[]]>([
    ["has(steps.a.output.x)", ["steps.a.output.x?"]],
    ["steps.a.output.?x", ["steps.a.output.x?"]],
    ["steps.a.status", ["steps.a.status?"]],
    ["steps.a.error.type", ["steps.a.error.type?"]],
    ["steps.a.output != null && steps.a.output.x", ["steps.a.output?", "steps.a.output.x?"]],
    ["null == steps.a.output || steps.b.output", ["steps.a.output?", "steps.b.output"]],
    [
      "steps.a.status == 'succeeded' ? steps.a.output.x : input.y",
      ["steps.a.status?", "steps.a.output.x?", "input.y"],
    ],
    ["steps.a.?output.x.orValue(1)", ["steps.a.output.x?"]],
  ])("sees that %s copes with an unset value", (source, expected) => {
    expect(shown(source)).toEqual(expected);
  });

  it("gives the place of each reference in the source", () => {
    const source = "1 + steps.a.output.x * input.b";

    const texts = references(source).map(({ start, end }) => source.slice(start, end));

    expect(texts).toEqual(["steps.a.output.x", "input.b"]);
  });

  it("reads a plain path the same way with and without the short cut", () => {
    const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,5}$/);
    const root = fc.constantFrom("input", "steps", "state", "run", "result", "nope", "in", "true");

    fc.assert(
      fc.property(root, fc.array(name, { maxLength: 5 }), (first, path) => {
        const source = [first, ...path].join(".");

        const short = inspectExpression(source);
        // A blank is enough to take the long way.
        const long = inspectExpression(`${source} `);

        expect(short.node).toEqual(long.node);
        expect(short.references).toEqual(long.references);
        expect(short.issues.map(({ code }) => code)).toEqual(long.issues.map(({ code }) => code));
      }),
    );
  });
});
