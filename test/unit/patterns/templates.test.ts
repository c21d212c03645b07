import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  digestOf,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../../src/core/index.ts";
import {
  instantiatePattern,
  renamePattern,
  toYaml,
} from "../../../src/patterns/templates/index.ts";
import { readTyped } from "../../../src/patterns/templates/values.ts";
import { parseText } from "../../../src/patterns/text/parse.ts";

const TEMPLATE = `heddle: v1
name: template # the name
version: 1.0.0
parameters:
  times: { type: integer, minimum: 1, maximum: 5, default: 2 }
  who: { type: string }
steps:
  greet: { run: [echo, "\${{ parameters.who }}"], retry: { maximumAttempts: "\${{ parameters.times }}" } }
`;

function instantiate(texts: Readonly<Record<string, string>>, name?: string, source = TEMPLATE) {
  return instantiatePattern(source, { texts, ...(name === undefined ? {} : { name }) });
}

/** `line:column code: message`, as a person finds it. */
function told(made: ReturnType<typeof instantiatePattern>): readonly string[] {
  return made.issues.map(
    ({ line, column, code, message }) => `${String(line)}:${String(column)} ${code}: ${message}`,
  );
}

describe("a template that is instantiated", () => {
  it("becomes a pattern without parameters, with given values and defaults in their places", () => {
    const { accepted, issues, parameters } = instantiate({ who: "you" }, "greeting");

    expect(issues).toEqual([]);
    expect(parameters).toEqual({ times: 2, who: "you" });
    expect(accepted?.definition).toEqual({
      heddle: "v1",
      name: "greeting",
      version: "1.0.0",
      steps: { greet: { run: ["echo", "you"], retry: { maximumAttempts: 2 } } },
    });
    expect(accepted?.digest).toBe(digestOf(accepted?.definition ?? null));
    expect(accepted?.plan).toMatchObject({ name: "greeting", digest: accepted?.digest });
  });

  it("has no parameters either when every one has its default", () => {
    const { accepted } = instantiate(
      {},
      undefined,
      TEMPLATE.replace("string }", "string, default: me }"),
    );

    expect(accepted?.definition).not.toHaveProperty("parameters");
    expect(accepted?.plan.name).toBe("template");
  });

  it("is the same, text or data", () => {
    const module = {
      heddle: "v1",
      name: "template",
      version: "1.0.0",
      parameters: { who: { type: "string" } },
      steps: { greet: { run: ["echo", "${{ parameters.who }}"] } },
    };

    const { accepted } = instantiatePattern(module, {
      values: { who: { value: "you", origin: "a file" } },
    });

    expect(accepted?.definition["steps"]).toEqual({ greet: { run: ["echo", "you"] } });
  });

  it("names a value out of range with the place of its parameter and where it came from", () => {
    const made = instantiate({ times: "9", who: "you" });

    expect(told(made)).toEqual([
      '5:3 invalid-parameter: The parameter "times" must be <= 5, got 9',
    ]);
    expect(made.issues[0]?.hint).toContain("--set times=9");
    expect(made.accepted).toBeUndefined();
  });

  it("names values of the wrong type, unknown and missing parameters, all at once", () => {
    expect(told(instantiate({ times: "often", whom: "you" })).toSorted()).toEqual([
      '4:1 unknown-parameter: A value was given for "whom", which is no parameter of this pattern',
      '5:3 invalid-parameter: The parameter "times" must be integer, got "often"',
      '6:3 missing-parameter: The parameter "who" has no value',
    ]);
  });

  it("names a missing value alone", () => {
    expect(told(instantiate({}))).toEqual([
      '6:3 missing-parameter: The parameter "who" has no value',
    ]);
  });

  it("does not accept a default that its own schema refuses", () => {
    const made = instantiate(
      { who: "you" },
      undefined,
      TEMPLATE.replace("default: 2", "default: 7"),
    );

    expect(told(made)).toEqual([
      '5:3 invalid-parameter: The parameter "times" must be <= 5, got 7',
    ]);
    expect(made.issues[0]?.hint).toContain("its default");
  });

  it("says where in a value something is wrong, without repeating all of it", () => {
    const source = TEMPLATE.replace(
      "who: { type: string }",
      "who: { type: object, properties: { n: { type: integer } } }",
    );

    const [issue] = instantiate({ who: `{"n": "${"x".repeat(200)}"}` }, undefined, source).issues;

    expect(issue?.message).toMatch(/^The parameter "who" must be integer at n, got \{"n":"x+…$/);
    expect(issue?.message.length).toBeLessThan(150);
  });

  it("refuses a name that no pattern can have", () => {
    const made = instantiate({ who: "you" }, "Not a name");

    expect(made.accepted).toBeUndefined();
    expect(made.issues).toMatchObject([{ path: "name", severity: "error" }]);
  });

  it.each(["", "just text", "parameters: 5", "parameters: { a: 5 }\nsteps: {}"])(
    "is refused with the reasons when it is no template: %j",
    (source) => {
      const { accepted, issues } = instantiatePattern(source, { texts: { a: "1" } });

      expect(accepted).toBeUndefined();
      expect(issues.length).toBeGreaterThan(0);
    },
  );

  it("keeps what looks like an expression in a value as text", () => {
    const { accepted } = instantiate({ who: "${{ input.x }}" });

    expect(accepted?.plan.steps[0]?.body).toMatchObject({
      command: { argv: [{ lit: "echo" }, { lit: "${{ input.x }}" }] },
    });
  });
});

describe("a typed text", () => {
  it.each<[JsonObject, string, JsonValue]>([
    [{ type: "string" }, "7", "7"],
    [{ type: "string" }, "true", "true"],
    [{ type: "integer" }, "7", 7],
    [{ type: "integer" }, " -7 ", -7],
    [{ type: "number" }, "1.5e3", 1500],
    [{ type: "number" }, "0x10", "0x10"],
    [{ type: "number" }, "", ""],
    [{ type: "boolean" }, "false", false],
    [{ type: "boolean" }, "true", true],
    [{ type: "boolean" }, "no", "no"],
    [{ type: "null" }, "null", null],
    [{ type: "null" }, "nil", "nil"],
    [{ type: "array" }, '["a", 1]', ["a", 1]],
    [{ type: "array" }, "a,b", "a,b"],
    [{ type: "object" }, '{"a": 1}', { a: 1 }],
    [{ type: ["integer", "string"] }, "7", 7],
    [{ type: ["integer", "string"] }, "seven", "seven"],
    [{ enum: [1, "a"] }, "1", 1],
    [{ enum: [1, "a"] }, "a", "a"],
  ])("by the schema %j, %j is read as %j", (schema, text, value) => {
    expect(readTyped(schema, text)).toEqual(value);
  });
});

describe("a definition as YAML", () => {
  it("reads back with the same digest, whatever is in it", () => {
    const json = fc.jsonValue({ maxDepth: 4, stringUnit: "binary" });
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json), json, (part, twice) => {
        // as: fast-check makes JSON values; the same object twice must not become an alias
        const definition = { heddle: "v1", part, a: twice, b: twice } as JsonObject;

        expect(digestOf(valueOf(toYaml(definition)))).toBe(digestOf(definition));
      }),
      { numRuns: 200, examples: [[{ "<<": [], deep: { "<<": { a: 1 } } }, {}]] },
    );
  });

  it("keeps texts texts that YAML would take for something else", () => {
    const definition = {
      version: "1.10",
      texts: [
        "yes",
        "null",
        "~",
        "0o7",
        "1e3",
        "2020-01-01",
        "- a",
        "a: b",
        "#",
        " x ",
        "\t",
        "é\u0000",
      ],
      long: "word ".repeat(100),
      lines: "a\n\n  b\n",
    };

    expect(valueOf(toYaml(definition))).toEqual(definition);
  });
});

/** What the document's own reader makes of a text. */
function valueOf(text: string): JsonValue {
  const { value } = parseText(text);
  if (value === undefined || !isJsonObject(value)) throw new Error(`no mapping: ${text}`);
  return value;
}

describe("a pattern that gets another name", () => {
  it("keeps everything else, comments included", () => {
    expect(renamePattern(TEMPLATE, "other")).toBe(TEMPLATE.replace("template", "other"));
  });

  it("stays as it is when it has no name", () => {
    expect(renamePattern("steps: {}\n", "other")).toBe("steps: {}\n");
  });
});
