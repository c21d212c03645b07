import fc from "fast-check";
import semver from "semver";
import { describe, expect, test } from "vitest";
import { orderKeyOf } from "../../../src/registry/versions.ts";

const number = fc.oneof(fc.nat(12), fc.nat({ max: Number.MAX_SAFE_INTEGER }));
const identifier = fc.oneof(
  fc.nat({ max: 120 }).map(String),
  fc.stringMatching(/^[0-9A-Za-z-]{1,6}$/).filter((text) => !/^0\d+$/.test(text)),
  fc.constantFrom("alpha", "beta", "a", "a-", "-", "A", "a0", "0a"),
);
const identifiers = fc.array(identifier, { maxLength: 3 });
const version = fc
  .tuple(number, number, number, identifiers, identifiers)
  .map(([major, minor, patch, prerelease, build]) =>
    [
      `${major}.${minor}.${patch}`,
      prerelease.length === 0 ? "" : `-${prerelease.join(".")}`,
      build.length === 0 ? "" : `+${build.join(".")}`,
    ].join(""),
  )
  .filter((text) => semver.parse(text) !== null);

describe("the order key of a version", () => {
  test("sorts as bytes the way semver sorts versions", () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        const [keyA, keyB] = [Buffer.from(orderKeyOf(a)), Buffer.from(orderKeyOf(b))];
        expect(Math.sign(Buffer.compare(keyA, keyB))).toBe(semver.compareBuild(a, b));
      }),
      { numRuns: 3000 },
    );
  });

  test("puts the versions of the semver standard in its order", () => {
    const ordered = [
      "1.0.0-alpha",
      "1.0.0-alpha.1",
      "1.0.0-alpha.beta",
      "1.0.0-beta",
      "1.0.0-beta.2",
      "1.0.0-beta.11",
      "1.0.0-rc.1",
      "1.0.0",
      "1.2.0",
      "1.10.0",
    ];

    expect(ordered.map(orderKeyOf).toSorted()).toEqual(ordered.map(orderKeyOf));
  });
});
