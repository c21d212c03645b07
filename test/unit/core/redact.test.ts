// What is stored and shown must not hold secrets; what a run computes with must not change by a guess.
import { describe, expect, it } from "vitest";

import { createRedactor } from "../../../src/core/index.ts";

const KEY = `sk-ant-${"a1".repeat(15)}`;
const { known, record } = createRedactor(["hunter22!", "hunter22!-longer", "abc"]);

describe("a value that a run goes on with", () => {
  it("loses known secrets, longer ones first, in keys and texts at any depth", () => {
    expect(known({ a: ["x hunter22!-longer y", { "k-hunter22!": "hunter22!" }] })).toEqual({
      a: ["x [redacted] y", { "k-[redacted]": "[redacted]" }],
    });
  });

  it("keeps what merely looks like a secret, and secrets too short to be one", () => {
    const value = { password: "abc", token: 12, text: KEY, no: null, yes: true };

    expect(known(value)).toEqual(value);
  });

  it("is the same object when there are no secrets", () => {
    const value = { a: 1 };

    expect(createRedactor([]).known(value)).toBe(value);
  });
});

describe("a record", () => {
  it("loses keys by their shape wherever they stand", () => {
    const pem = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----";

    expect(record([`use ${KEY} now`, `a ${pem} b`, "postgres://me:secret@db/x"])).toEqual([
      "use [redacted] now",
      "a [redacted] b",
      "[redacted]db/x",
    ]);
  });

  it("C24: hides the values of fields whose name tells, and keeps references to secrets", () => {
    expect(
      record({
        password: "x",
        api_key: 12345,
        DB_PASSWORD: "y",
        env: { API_TOKEN: "secrets.DEPLOY", authorization: "Bearer secrets.X" },
        tokens: 17,
        token: null,
      }),
    ).toEqual({
      password: "[redacted]",
      api_key: "[redacted]",
      DB_PASSWORD: "[redacted]",
      env: { API_TOKEN: "secrets.DEPLOY", authorization: "Bearer secrets.X" },
      tokens: 17,
      token: null,
    });
  });
});
