/** What PostgreSQL and the network say, in the registry's words. The real ones are in test/postgres/availability. */
import { describe, expect, test } from "vitest";
import { HeddleError } from "../../../src/core/index.ts";
import { translateFailure } from "../../../src/registry/postgres/failure.ts";
import { containing } from "../../support/matchers.ts";

const place = { address: "db:5432", database: "shop" };
const failing = (code: string, message = "said no"): Error =>
  Object.assign(new Error(message), { code });

describe("a failure of the database", () => {
  test.for<readonly [code: string, what: string, hint: string]>([
    ["28P01", "refused the login", "user and password"],
    ["28000", "refused the login", "pg_hba.conf"],
    ["3D000", "has no such database", "createdb shop"],
    ["42501", "refused access", "Grant"],
    ["53300", "has no connection left", "max_connections"],
    ["57014", "did not answer in time", "statement timeout"],
    ["57P01", "cannot serve now", "Try again"],
    ["57P03", "cannot serve now", "Try again"],
    ["08006", "cannot serve now", "Try again"],
    ["25006", "cannot serve now", "Try again"],
    ["ECONNRESET", "cannot be reached", "DATABASE_URL"],
    ["ENOTFOUND", "cannot be reached", "DATABASE_URL"],
  ])("%s: the registry is unavailable, since it %s", ([code, what, hint]) => {
    const cause = failing(code);

    expect(translateFailure(cause, place)).toMatchObject({
      code: "REGISTRY_UNAVAILABLE",
      message: `PostgreSQL at db:5432, database "shop", ${what} (said no)`,
      hint: containing(hint),
      cause,
    });
  });

  test.for([
    "Connection terminated unexpectedly",
    "timeout exceeded when trying to connect",
    "Client has encountered a connection error and is not queryable",
    "Query read timeout",
  ])("that only says %j makes the registry unavailable, too", (message) => {
    expect(translateFailure(new Error(message), place)).toMatchObject({
      code: "REGISTRY_UNAVAILABLE",
    });
  });

  test("of every address of a host names them all", () => {
    const all = Object.assign(
      new AggregateError([new Error("connect ::1"), new Error("connect 127.0.0.1")], ""),
      { code: "ECONNREFUSED" },
    );

    expect(translateFailure(all, place)).toHaveProperty(
      "message",
      containing("(connect ::1; connect 127.0.0.1)"),
    );
  });

  test("that is a programming error or already translated stays what it is", () => {
    for (const thrown of [
      failing("23505"),
      new TypeError("x"),
      new HeddleError("A", "b"),
      "text",
    ]) {
      expect(translateFailure(thrown, place)).toBe(thrown);
    }
  });
});
