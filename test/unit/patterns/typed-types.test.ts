/** What does not compile: checked by `npm run typecheck`, which refuses an expected error that is none. */
import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";

import { defineHandler } from "../../../src/hooks/executors/index.ts";
import {
  at,
  call,
  checkOutput,
  eq,
  expr,
  foreach,
  group,
  gt,
  http,
  ifNull,
  loop,
  mapOutput,
  orElse,
  pattern,
  present,
  readPattern,
  run,
  set,
  subPattern,
  text,
  type Ref,
} from "../../../src/patterns/index.ts";

const Verdict = z.object({ ok: z.boolean(), note: z.string().optional() });
const review = defineHandler(
  "review",
  { input: z.object({ file: z.string(), depth: z.number().default(1) }), output: Verdict },
  ({ file, depth }) => ({ ok: file.length > depth }),
);
const merge = defineHandler(
  "merge",
  { input: z.object({ lint: z.object({ exitCode: z.number() }), files: z.array(z.string()) }) },
  ({ files }) => ({ count: files.length }),
);
const head = {
  name: "typed",
  version: "1.0.0",
  input: z.object({
    files: z.array(z.string()),
    limit: z.number().default(3),
    label: z.string().optional(),
  }),
};

/** Defines a pattern, and says whether it is accepted: what compiles has to be a pattern that the verifier takes. */
function accept(document: object): readonly string[] {
  return readPattern(document)
    .issues.filter(({ severity }) => severity === "error")
    .map(({ code }) => code);
}

describe("the types of a pattern's references", () => {
  it("are those of the input's schema, with its defaults filled in", () => {
    const document = pattern(head, ({ input, step }) => {
      expectTypeOf(input.limit).toEqualTypeOf<Ref<number>>();
      step("a", set({ files: input.files, limit: input.limit }));
      // there is no such field
      expectTypeOf(input).not.toHaveProperty("fils");
      // a list has elements, which are read with `at`
      expectTypeOf(input.files).not.toHaveProperty("first");
      // @ts-expect-error what may be absent is no text yet
      step("b", call(review, { file: input.label }));
      step("c", call(review, { file: orElse(input.label, "none"), depth: 2 }));
      step("d", call(review, { file: at(input.files, 0) }));
    });

    expect(accept(document)).toEqual([]);
  });

  it("are those of a command's result", () => {
    const document = pattern(head, ({ input, step }) => {
      const lint = step("lint", run("npm run lint"));
      expectTypeOf(lint.output.exitCode).toEqualTypeOf<Ref<number>>();
      step("merge", call(merge, { lint: lint.output, files: input.files }));
      // it is exitCode
      expectTypeOf(lint.output).not.toHaveProperty("exitcode");
      // @ts-expect-error text is no number
      step("text", call(merge, { lint: { exitCode: lint.output.stdout }, files: [] }));
      // what a step gives is in its output
      expectTypeOf(lint).not.toHaveProperty("exitCode");
    });

    expect(document.steps["merge"]?.with).toEqual({
      lint: "${{ steps.lint.output }}",
      files: "${{ input.files }}",
    });
  });

  it("are those of a handler's schemas, at both ends", () => {
    const document = pattern(head, ({ input, step }) => {
      const one = step("one", call(review, { file: "a.ts" }));
      expectTypeOf(one.output.ok).toEqualTypeOf<Ref<boolean>>();
      // @ts-expect-error a number is no file name
      step("two", call(review, { file: input.limit }));
      // @ts-expect-error the file is missing
      step("three", call(review, { depth: 1 }));
      // @ts-expect-error it takes no such field
      step("four", call(review, { file: "a", deep: 1 }));
      // @ts-expect-error it needs an input
      step("five", call(review));
      // @ts-expect-error a whole step is no value
      step("six", call(review, { file: one }));
      // a verdict has no reason
      expectTypeOf(one.output).not.toHaveProperty("reason");
      // @ts-expect-error nor may its note be taken for granted
      step("seven", call(review, { file: one.output.note }));
    });

    expect(document.name).toBe("typed");
  });
});

describe("the types of what is around steps", () => {
  it("follow lists into their items, and items into lists", () => {
    const document = pattern(head, ({ input, step }) => {
      const all = step(
        "all",
        foreach(input.files, ({ item }) => call(review, { file: item })),
      );
      expectTypeOf(all.output).toEqualTypeOf<
        Ref<readonly { ok: boolean; note?: string | undefined }[]>
      >();
      const some = step(
        "some",
        foreach(input.files, ({ item }) => call(review, { file: item }), {
          complete: { atLeast: 1 },
        }),
      );
      const take = defineHandler("take", { input: z.array(Verdict) }, () => 1);
      step("take", call(take, all.output));
      // @ts-expect-error one that failed has left a null
      step("nulls", call(take, some.output));
      step("present", call(take, present(some.output)), { join: "done" });
      const unusual = orElse(input.label, "");
      step(
        "wrong",
        foreach(input.files, ({ item, index }) => {
          expectTypeOf(item).toEqualTypeOf<Ref<string>>();
          // @ts-expect-error an item is a text, and its place is none
          return call(review, { file: index });
        }),
      );
      // @ts-expect-error a text is no list
      const letters = foreach(unusual, () => run("true"));
      step("letters", letters);
    });

    expect(document.steps["all"]?.foreach?.items).toBe("${{ input.files }}");
  });

  it("go through groups and loops", () => {
    const document = pattern(head, ({ input, step }) => {
      const both = step(
        "both",
        group(({ step: inner }) => {
          const lint = inner("lint", run("true"));
          const verdict = inner("verdict", call(review, { file: at(input.files, 0) }));
          return { code: lint.output.exitCode, ok: verdict.output.ok };
        }),
      );
      expectTypeOf(both.output.code).toEqualTypeOf<Ref<number>>();
      // what is inside is read through what the scope gives
      expectTypeOf(both.output).not.toHaveProperty("lint");
      const tries = step(
        "tries",
        loop(
          ({ step: inner, iteration }) => {
            const one = inner("one", run(["node", "try.mjs", iteration]));
            return { code: one.output.exitCode };
          },
          { max: 5, until: ({ code }) => eq(code, 0) },
        ),
        { if: gt(both.output.code, 0) },
      );
      // @ts-expect-error a number is no condition
      step("wrong", run("true"), { if: both.output.code });
      // @ts-expect-error a number is not compared with text
      eq(tries.output.code, "0");
      step("end", set({ said: text`it was ${tries.output.code}` }));
    });

    expect(accept(document)).toEqual([]);
  });

  it("are made of a mapping or a schema where nothing is known", () => {
    const document = pattern(head, ({ step }) => {
      const raw = step("raw", http({ url: "https://example.com/a" }));
      // nothing is known of the body
      expectTypeOf(raw.output.body).not.toHaveProperty("name");
      const checked = step(
        "checked",
        checkOutput(
          mapOutput(http({ url: "https://example.com/b" }), ({ body }) => ({
            name: expr<string>`${body}.name`,
          })),
          z.object({ name: z.string() }),
        ),
      );
      step("use", call(review, { file: checked.output.name }));
      // @ts-expect-error a body of any kind is no text
      step("wrong", call(review, { file: raw.output.body }));
      step("status", set({ why: ifNull(raw.error, expr`{"type": "", "message": ""}`) }), {
        join: "done",
      });
      // an error may be null
      expectTypeOf(raw.error).not.toHaveProperty("message");
    });

    expect(document.steps["checked"]?.outputSchema).toMatchObject({ required: ["name"] });
  });

  it("are a step's own in what replaces it and takes it back", () => {
    pattern(head, ({ input, step }) => {
      step("a", call(review, { file: "a" }), {
        fallback: call(review, { file: "b" }),
        compensate: ({ output }) => run(["undo", expr<string>`string(${output.ok})`]),
        // @ts-expect-error needs are steps
        needs: ["lint"],
      });
      step("b", call(review, { file: "a" }), {
        // @ts-expect-error what replaces it must give the same
        fallback: run("true"),
      });
      // @ts-expect-error timeout is misspelt
      step("c", run("true"), { timout: "1m" });
      // @ts-expect-error a command's parts are scalars
      step("d", run(["ls", input.files]));
    });
  });

  it("are those of roles and of other patterns", () => {
    const child = pattern(
      { name: "child", version: "1.2.0", input: z.object({ n: z.number() }) },
      ({ input, step }) => {
        step("s", run("true"));
        return { twice: expr<number>`${input.n} * 2` };
      },
    );
    const document = pattern(
      {
        ...head,
        agents: {
          reviewer: {
            handler: { command: ["true"] },
            inputSchema: z.object({ file: z.string() }),
            outputSchema: Verdict,
          },
          free: { handler: { command: ["true"] } },
        },
      },
      ({ input, step, agent }) => {
        const twice = step("child", subPattern(child, { n: input.limit }));
        expectTypeOf(twice.output.twice).toEqualTypeOf<Ref<number>>();
        // @ts-expect-error the child takes a number
        step("text", subPattern(child, { n: "1" }));
        const verdict = step("ask", agent("reviewer", { file: at(input.files, 0) }));
        expectTypeOf(verdict.output.ok).toEqualTypeOf<Ref<boolean>>();
        // @ts-expect-error it takes a file
        step("nothing", agent("reviewer", {}));
        // @ts-expect-error there is no such role
        step("who", agent("rewiever", { file: "a" }));
        step("anything", agent("free", { whatever: [verdict.output.ok] }));
      },
    );

    expect(document.steps["child"]?.pattern).toBe("child@^1.2.0");
  });
});
