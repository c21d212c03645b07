import { describe, expect, it } from "vitest";

import type { JsonObject } from "../../../src/core/index.ts";
import { checkSchema } from "../../../src/patterns/json-schema.ts";
import { findSchemaFault } from "../../../src/patterns/schema-fault/find-fault.ts";

const OLD = "http://json-schema.org/draft-07/schema#";
const USABLE: readonly JsonObject[] = [
  {},
  { $schema: "https://json-schema.org/draft/2020-12/schema", type: ["string", "null"] },
  { $schema: OLD, items: [{ type: "string" }], definitions: { a: { type: "string" } } },
  { properties: { pattern: { const: "((" }, id: { type: "string" }, $async: { type: "string" } } },
  { enum: [{ type: "objekt", pattern: "((", id: 1 }], default: { required: "foo" } },
  { pattern: "^(?!a)", format: "no such format", "x-own": { type: "objekt" } },
  { pattern: "(?i)linear", type: "string", nullable: true },
  { $id: "https://example.com/a", $ref: "b", $defs: { b: { $id: "b", type: "string" } } },
  { $defs: { a: { $anchor: "here" } }, $ref: "#here" },
  { $ref: "#/$defs/tree", $defs: { tree: { items: { $ref: "#/$defs/tree" } } } },
];
const UNUSABLE: readonly (readonly [schema: JsonObject, path: readonly (string | number)[]])[] = [
  [{ type: "objekt" }, ["type"]],
  [{ type: ["string", "objekt"] }, ["type", 1]],
  [{ type: ["string", "string"] }, ["type"]],
  [{ required: "foo" }, ["required"]],
  [{ properties: { a: "string" } }, ["properties", "a"]],
  [{ properties: { "a/b~c": { minLength: -1 } } }, ["properties", "a/b~c", "minLength"]],
  [{ items: [{ type: "string" }] }, ["items"]],
  [{ $schema: OLD, items: [{}, { multipleOf: 0 }] }, ["items", 1, "multipleOf"]],
  [{ $schema: OLD, enum: [] }, ["enum"]],
  [{ $schema: "http://json-schema.org/draft-04/schema#" }, ["$schema"]],
  [{ $schema: 4 }, ["$schema"]],
  [{ allOf: [{ pattern: "((" }] }, ["allOf", 0, "pattern"]],
  [{ patternProperties: { "((": { type: "string" } } }, ["patternProperties", "(("]],
  [{ not: { enum: [] } }, ["not", "enum"]],
  [{ not: { id: "a" } }, ["not", "id"]],
  [{ not: { nullable: true } }, ["not", "nullable"]],
  [{ $async: true }, ["$async"]],
  [{ not: { $ref: "#nowhere" } }, ["not", "$ref"]],
  [{ $id: "https://example.com/a", $ref: "https://example.com/b" }, ["$ref"]],
  [{ $id: 5 }, ["$id"]],
];

/** What a run says of the schema, whatever the value. */
function isUsable(schema: JsonObject): boolean {
  const checked = checkSchema(schema, "text");
  return checked.ok || !checked.problems.some(({ message }) => message.startsWith("The schema "));
}

describe("what is wrong with a schema", () => {
  it.each(USABLE.map((schema) => [JSON.stringify(schema), schema] as const))(
    "is nothing where a run can check with it: %s",
    (_text, schema) => {
      expect(isUsable(schema)).toBe(true);
      expect(findSchemaFault(schema)).toBeUndefined();
    },
  );

  it.each(UNUSABLE.map(([schema, path]) => [JSON.stringify(schema), schema, path] as const))(
    "has a place where no run can check with it: %s",
    (_text, schema, path) => {
      expect(isUsable(schema)).toBe(false);
      const fault = findSchemaFault(schema);
      expect(fault?.path).toEqual(path);
      expect(fault?.hint).not.toBe("");
      // Once more, from memory.
      expect(findSchemaFault(structuredClone(schema))).toEqual(fault);
    },
  );

  it("is told in words, with the value and what was meant", () => {
    expect(findSchemaFault({ type: "objekt" })).toEqual({
      path: ["type"],
      message:
        'is "objekt", and must be one of array, boolean, integer, null, number, object, string',
      hint: 'Did you mean "object"?',
    });
    expect(findSchemaFault({ required: "foo" })?.message).toBe('is "foo", and must be a list');
    expect(findSchemaFault({ pattern: "((" })?.message).toBe(
      'is "((", which is no regular expression: Unterminated group',
    );
  });

  it("leaves references to places to the rule that follows them", () => {
    expect(findSchemaFault({ $ref: "#/$defs/nowhere", items: { type: "string" } })).toBeUndefined();
    expect(findSchemaFault({ $ref: "https://example.com/b" })).toBeUndefined();
  });
});
