// docs/hooks/builtins.md has a section for each builtin, and what it shows can be registered as it stands.
import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";
import { parse } from "yaml";

import { BUILTINS, findBuiltin } from "../../../src/hooks/executors/builtin/index.ts";
import { BUILTIN_POINTS } from "../../../src/hooks/index.ts";
import { readPattern } from "../../../src/patterns/index.ts";

interface Shown {
  readonly handler: { readonly builtin: string; readonly options?: object };
  readonly rollback?: Shown["handler"];
}

const PAGE = readFileSync(new URL("../../../docs/hooks/builtins.md", import.meta.url), "utf8");
const SECTIONS = PAGE.split(/^### /m)
  .slice(1)
  .map((section) => {
    const yaml = /```yaml\n([\s\S]*?)```/.exec(section)?.[1] ?? "";
    // as: the test below reads each with the schemas of a pattern
    return { name: section.split("\n", 1)[0] ?? "", hooks: parse(yaml) as readonly Shown[] };
  });

describe("docs/hooks/builtins.md", () => {
  it("has a section for every builtin, and no other", () => {
    const names = BUILTINS.map(({ name }) => name).toSorted();
    expect(SECTIONS.map(({ name }) => name).toSorted()).toEqual(names);
    expect([...BUILTIN_POINTS].toSorted()).toEqual(
      BUILTINS.map(({ name, points }) => [name, points]).toSorted(),
    );
  });

  it.each(SECTIONS)("shows $name as it can be registered", ({ name, hooks }) => {
    const document = {
      heddle: "v1",
      name: "shown",
      version: "1.0.0",
      agents: { critic: { handler: { command: ["true"] } } },
      hooks,
      steps: {
        plan: { run: ["true"] },
        report: { agent: "critic" },
        ask: { http: { url: "http://localhost" } },
      },
    };
    const { issues } = readPattern(JSON.stringify(document));
    const errors = issues.filter(({ severity }) => severity === "error");
    expect(errors).toEqual([]);
    for (const { handler, rollback } of hooks)
      for (const used of rollback === undefined ? [handler] : [handler, rollback]) {
        expect(used.builtin).toBe(name);
        expect(findBuiltin(name)?.options.safeParse(used.options ?? {}).error).toBeUndefined();
      }
  });
});
