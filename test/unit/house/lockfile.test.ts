/**
 * `npm ci` refuses a lock file in which a package for another system is missing, and npm leaves those out when its registry
 * does not have them. A fresh clone would then install nowhere.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";

interface LockedPackage {
  readonly version?: string;
  readonly hasInstallScript?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const root = resolve(import.meta.dirname, "../../..");
const lock = JSON.parse(readFileSync(resolve(root, "package-lock.json"), "utf8")) as {
  packages: Readonly<Record<string, LockedPackage>>;
};
const manifest = JSON.parse(readFileSync(resolve(root, "package.json"), "utf8")) as {
  allowScripts: Readonly<Record<string, boolean>>;
};

test("the lock file has an entry for every optional package, of other systems too", () => {
  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isLocked(path, name)),
  );

  expect(missing).toEqual([]);
});

test("the lock file names no host, so that any registry can serve it", () => {
  expect(readFileSync(resolve(root, "package-lock.json"), "utf8")).not.toContain('"resolved"');
});

test("every package that has an install script has a recorded yes or no", () => {
  const scripted = Object.entries(lock.packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript === true)
    .map(([path]) => path.split("node_modules/").at(-1) ?? "");

  expect(scripted.length).toBeGreaterThan(0);
  for (const name of scripted) expect(manifest.allowScripts, name).toHaveProperty([name]);
});

/** npm looks beside the package, then in every folder above it. */
function isLocked(path: string, name: string): boolean {
  const folders = path
    .split("/node_modules/")
    .map((_, index, all) => all.slice(0, index + 1).join("/node_modules/"));
  return ["", ...folders].some(
    (folder) => `${folder === "" ? "" : `${folder}/`}node_modules/${name}` in lock.packages,
  );
}
