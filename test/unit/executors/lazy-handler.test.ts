// Functions that are made when somebody first needs them.
import { describe, expect, it } from "vitest";

import { executeHandler } from "../../../src/hooks/executors/index.ts";
import { createLazyHandlers } from "../../../src/hooks/executors/lazy-handler.ts";
import { handlerContext } from "./fixtures.ts";

async function lazyFunctions(names: readonly string[], kept: number) {
  const made: string[] = [];
  const define = createLazyHandlers(kept);
  const definitions = names.map((name) =>
    define(name, {}, () => {
      made.push(name);
      if (name === "broken" && made.length === 1) throw new Error("not yet");
      return (input) => ({ name, input });
    }),
  );
  const context = await handlerContext({}, definitions);
  return { made, call: (name: string) => executeHandler({ function: name }, 1, context) };
}

describe("a lazily made function", () => {
  it("C26: is made at the first call, once, also when calls race for it", async () => {
    const { made, call } = await lazyFunctions(["a", "b"], 10);

    const replies = await Promise.all([call("a"), call("a"), call("a")]);

    expect(replies[0]).toMatchObject({ answer: { json: { name: "a", input: 1 } } });
    expect(made).toEqual(["a"]);
  });

  it("C26: the one used longest ago makes room for another", async () => {
    const { made, call } = await lazyFunctions(["a", "b", "c"], 2);
    for (const name of ["a", "b", "a", "c", "a", "b"]) await call(name);

    expect(made).toEqual(["a", "b", "c", "b"]);
  });

  it("that could not be made is tried again", async () => {
    const { call } = await lazyFunctions(["broken"], 2);

    expect(await call("broken")).toMatchObject({ kind: "failed", error: { message: "not yet" } });
    expect(await call("broken")).toMatchObject({ kind: "answered" });
  });
});
