import { describe, expect, it } from "vitest";
import { z } from "zod";

import { digestOf, HeddleError, type JsonValue } from "../../../src/core/index.ts";
import { evaluate, parseTemplate } from "../../../src/expressions/index.ts";
import { defineHandler } from "../../../src/hooks/executors/index.ts";
import {
  approval,
  at,
  call,
  choose,
  emit,
  eq,
  expr,
  fail,
  foreach,
  group,
  http,
  loop,
  mapOutput,
  onEvent,
  or,
  orElse,
  pattern,
  readPattern,
  run,
  set,
  stop,
  text,
  wait,
  waitFor,
  withPolicy,
  type AnyValue,
} from "../../../src/patterns/index.ts";

const HEAD = { name: "typed", version: "1.0.0" };

describe("a typed pattern", () => {
  it("is the document that YAML gives, with the same digest", () => {
    const merge = defineHandler(
      "merge-verdicts",
      { input: z.object({ lint: z.object({ exitCode: z.number() }), files: z.array(z.string()) }) },
      () => ({ risky: true }),
    );
    const typed = pattern(
      { ...HEAD, input: z.object({ files: z.array(z.string()) }), defaults: { timeout: "5m" } },
      ({ input, step }) => {
        const lint = step("lint-all", run("npm run lint"), { onError: "continue" });
        const each = step(
          "each",
          foreach(input.files, ({ item, index }) => run(["cat", item, text`--n=${index}`]), {
            concurrency: 4,
          }),
        );
        const merged = step("merge", call(merge, { lint: lint.output, files: input.files }), {
          needs: [each],
          join: "done",
          if: eq(lint.output.exitCode, 0),
        });
        return { risky: merged.output.risky };
      },
    );

    const yaml = readPattern(`
heddle: v1
name: typed
version: 1.0.0
defaults: { timeout: 5m }
input: { type: object, properties: { files: { type: array, items: { type: string } } }, required: [files] }
output: { risky: "\${{ steps.merge.output.risky }}" }
steps:
  lint-all: { run: npm run lint, onError: continue }
  each:
    run: [cat, "\${{ item }}", "--n=\${{ index }}"]
    foreach: { items: "\${{ input.files }}", concurrency: 4 }
  merge:
    call: merge-verdicts
    with: { lint: '\${{ steps["lint-all"].output }}', files: "\${{ input.files }}" }
    needs: [each]
    join: done
    if: '\${{ steps["lint-all"].output.exitCode == 0 }}'
`);
    expect(yaml.issues.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(typed).toEqual(yaml.accepted?.definition);
    expect(readPattern(typed).accepted?.digest).toBe(yaml.accepted?.digest);
    expect(digestOf(yaml.accepted?.definition ?? null)).toBe(yaml.accepted?.digest);
  });

  it("has every kind of step, and is accepted", () => {
    const typed = pattern(
      { ...HEAD, agents: { helper: { handler: { command: ["true"] } } } },
      ({ run: self, state, step, agent }) => {
        const page = step("page", http({ url: "https://example.com" }), {
          fallback: withPolicy(http({ url: "https://example.org" }), { timeout: "1m" }),
        });
        const names = step(
          "names",
          mapOutput(run(["names"]), ({ stdout }) => ({
            list: expr<string[]>`${stdout}.split(",")`,
          })),
          { lock: text`names-${self.pattern}`, cache: { key: page.output.status, ttl: "1h" } },
        );
        const ok = step("ask", approval({ prompt: text`Use ${names.output.list}?` }));
        const come = step(
          "come",
          waitFor("order.*", {
            match: ({ data }) => eq(expr<number>`${data}.n`, 1),
            timeout: "1h",
          }),
        );
        step("sleep", wait("1s"), { needs: come });
        step("tell", emit("told.all", { data: { state, ok: ok.output.decision } }));
        step("help", agent("helper", ["x"]), {
          compensate: ({ output }) => ({
            do: run(["undo", expr`${output}.id`]),
            when: "succeeded",
          }),
        });
        const repeat = step(
          "repeat",
          loop(
            ({ step: inner, iteration }) => ({
              code: inner("again", run(["again", iteration])).output.exitCode,
            }),
            { max: 3, until: ({ code }) => eq(code, 0) },
          ),
        );
        step(
          "pick",
          choose(
            [{ when: eq(repeat.output.code, 0), steps: (c) => void c.step("good", stop("good")) }],
            (c) => void c.step("bad", fail("Bad", text`code ${repeat.output.code}`)),
          ),
        );
        step(
          "all",
          group(({ step: inner }) => ({ one: inner("one", set({ n: 1 })).output.n })),
        );
      },
    );

    const { issues } = readPattern(typed);
    expect(issues.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(typed.steps).toMatchObject({
      repeat: {
        loop: { until: "${{ steps.again.output.exitCode == 0 }}" },
        output: { code: "${{ steps.again.output.exitCode }}" },
      },
      names: { output: { list: '${{ output.stdout.split(",") }}' } },
    });
  });

  it("reacts to events", () => {
    const typed = pattern(
      { ...HEAD, coordination: { model: "event_driven" } },
      ({ step }) =>
        step(
          "react",
          onEvent({ event: "order.*", max: 3 }, (event) => set({ id: event.id })),
        ).output,
    );

    expect(readPattern(typed).issues.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(typed.steps["react"]).toEqual({
      set: { id: "${{ event.id }}" },
      on: { event: "order.*", max: 3 },
    });
  });
});

describe("what a reference renders to", () => {
  it.each([
    ["${{ x", "text that looks like an expression"],
    ["cost $${{ y }}", "text with dollars before it"],
    ["a }} b", "text with closing brackets"],
  ])("keeps %j as text: %s", (literal) => {
    const { steps } = pattern(HEAD, ({ step }) => void step("s", set({ literal, [literal]: 1 })));

    expect(valueOf(steps["s"]?.set ?? null)).toEqual({ literal, [literal]: 1 });
  });

  it("interpolates values as text, whatever stands around them", () => {
    const { steps } = pattern(
      { ...HEAD, input: z.object({ n: z.number() }) },
      ({ input, step }) => {
        step(
          "s",
          set({
            a: text`$${input.n}$`,
            b: text`\${{ ${input.n} }} ${"${{"}`,
            c: text`${1}${"$"}${input.n}${"$"}{{`,
          }),
        );
      },
    );

    expect(valueOf(steps["s"]?.set ?? null, { n: 7 })).toEqual({
      a: "$7$",
      b: "${{ 7 }} ${{",
      c: "1$7${{",
    });
  });

  it.each(["a-b", "in", "true", "}}", "${{", '"', "\\", "ünï", "a b", "0", "__proto__", "then"])(
    "reads the field %j",
    (key) => {
      const shape = z.object({ [key]: z.string() });
      const { steps } = pattern({ ...HEAD, input: shape }, ({ input, step }) => {
        // as: the key is known to this test only
        step("s", set({ value: at(input as never, key as never) as never }));
      });

      expect(
        valueOf(steps["s"]?.set ?? null, JSON.parse(`{${JSON.stringify(key)}: "v"}`) as JsonValue),
      ).toEqual({
        value: "v",
      });
    },
  );

  it("takes what is left out for absent", () => {
    const input = z.object({ "a-b": z.string().optional(), c: z.string().optional() });
    const { steps } = pattern({ ...HEAD, input }, (scope) => {
      const { input: given, step } = scope;
      step("s", set({ a: orElse(given["a-b"], "none"), c: orElse(given.c, "none") }));
    });

    expect(valueOf(steps["s"]?.set ?? null, { c: "there" })).toEqual({ a: "none", c: "there" });
  });

  it("keeps the brackets of what is calculated with", () => {
    const { steps } = pattern(
      { ...HEAD, input: z.object({ n: z.number() }) },
      ({ input, step }) => {
        const sum = expr<number>`${input.n} + 1`;
        step("s", set({ twice: expr`${sum} * 2`, either: or(eq(input.n, 1), eq(sum, 3)) }));
      },
    );

    expect(valueOf(steps["s"]?.set ?? null, { n: 2 })).toEqual({ twice: 6, either: true });
  });

  function valueOf(value: JsonValue, input: JsonValue = null): JsonValue {
    const parsed = parseTemplate(value);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
    return evaluate(parsed.value, { input });
  }
});

describe("a reference", () => {
  const codeOf = (act: () => unknown): string => {
    try {
      act();
    } catch (thrown) {
      if (thrown instanceof HeddleError) return thrown.code;
      throw thrown;
    }
    return "nothing was thrown";
  };

  it("is refused where what it reads cannot be seen", () => {
    const other = pattern(HEAD, ({ step }) => step("s", run("true")).output);
    expect(other.steps).toHaveProperty("s");

    const outerItem = (): unknown =>
      pattern({ ...HEAD, input: z.object({ a: z.array(z.string()) }) }, ({ input, step }) => {
        step(
          "outer",
          foreach(input.a, ({ item }) =>
            group((inside) => ({
              n: inside.step(
                "inner",
                foreach(input.a, (inner) => run(["echo", item, inner.item])),
              ).output,
            })),
          ),
        );
      });
    const leaked = (): unknown =>
      pattern(HEAD, ({ step }) => {
        let code: AnyValue = null;
        step(
          "scope",
          group((inside) => {
            code = inside.step("inner", run("true")).output.exitCode;
            return {};
          }),
        );
        step("s", set({ code }));
      });

    expect([codeOf(outerItem), codeOf(leaked)]).toEqual(["OUT_OF_SIGHT", "OUT_OF_SIGHT"]);
  });

  it("is refused as text, as JSON and as something to copy", () => {
    const asText: (value: unknown) => string = String;
    pattern(HEAD, ({ step }) => {
      const { output } = step("s", run("true"));

      const uses = [
        () => asText(output.stdout),
        () => JSON.stringify(output),
        () => ({ ...output }),
      ].map(codeOf);

      expect(uses).toEqual(uses.map(() => "REFERENCE_IS_NO_VALUE"));
    });
  });

  it("can be awaited and printed without harm", async () => {
    const { output } = await new Promise<{ readonly output: object }>((resolve) => {
      pattern(HEAD, ({ step }) => {
        resolve(step("s", run("true")));
      });
    });

    expect(await Promise.resolve(output)).toBe(output);
  });
});

describe("what a typed pattern refuses when it is written", () => {
  it("is an id that is there already", () => {
    const twice = (): unknown =>
      pattern(HEAD, ({ step }) => {
        step("s", run("true"));
        step("s", run("false"));
      });

    expect(twice).toThrow(expect.objectContaining({ code: "DUPLICATE_STEP" }));
  });

  it("is a schema that JSON Schema cannot say", () => {
    const input = z.object({ when: z.string().transform(Number) });

    expect(() => pattern({ ...HEAD, input }, ({ step }) => void step("s", run("true")))).toThrow(
      expect.objectContaining({ code: "SCHEMA_IS_NO_JSON" }),
    );
  });
});
