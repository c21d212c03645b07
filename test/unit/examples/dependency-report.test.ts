/** The pure half of examples/typescript: what a package-lock.json says. */
import { expect, test } from "vitest";
import {
  countLicences,
  findDuplicates,
  readPackages,
  renderReport,
} from "../../../examples/typescript/lockfile.ts";

const LOCKFILE = JSON.stringify({
  packages: {
    "": { version: "1.0.0" },
    "node_modules/a": { version: "1.0.0", license: "MIT" },
    "node_modules/@scope/b": { version: "2.0.0", license: "ISC", dev: true },
    "node_modules/@scope/b/node_modules/a": { version: "0.9.0", license: "MIT", dev: true },
    "node_modules/c": { version: "3.0.0", dev: true },
    "node_modules/d/node_modules/c": { version: "3.0.0" },
    "node_modules/linked": { link: true },
  },
});

test("lists every package once per version, nested ones too, without the project and its links", () => {
  expect(readPackages(LOCKFILE)).toEqual([
    { name: "a", version: "1.0.0", license: "MIT", development: false },
    { name: "@scope/b", version: "2.0.0", license: "ISC", development: true },
    { name: "a", version: "0.9.0", license: "MIT", development: true },
    { name: "c", version: "3.0.0", license: "not stated", development: false },
  ]);
});

test("counts licences, the most used first", () => {
  expect(countLicences(readPackages(LOCKFILE))).toEqual([
    { license: "MIT", count: 2, examples: ["a", "a"] },
    { license: "ISC", count: 1, examples: ["@scope/b"] },
    { license: "not stated", count: 1, examples: ["c"] },
  ]);
});

test("finds the packages that are there in several versions", () => {
  expect(findDuplicates(readPackages(LOCKFILE))).toEqual([
    { name: "a", versions: ["0.9.0", "1.0.0"] },
  ]);
});

test("writes it all down", () => {
  const packages = readPackages(LOCKFILE);

  const text = renderReport({
    packages,
    licences: countLicences(packages),
    duplicates: findDuplicates(packages),
  });

  expect(text).toContain("4 packages, 2 of them shipped");
  expect(text).toContain("| MIT | 2 | a, a |");
  expect(text).toContain("- a: 0.9.0, 1.0.0");
});
