/** What a package-lock.json says about a project's dependencies. Pure: text in, data and text out. */
import { z } from "zod";

export interface PackageEntry {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly development: boolean;
}

export interface LicenceCount {
  readonly license: string;
  readonly count: number;
  readonly examples: string[];
}

export interface Duplicate {
  readonly name: string;
  readonly versions: string[];
}

const Lockfile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      license: z.string().optional(),
      dev: z.boolean().optional(),
      link: z.boolean().optional(),
    }),
  ),
});

const MODULES = "node_modules/";
const EXAMPLES = 5;

/** Every installed package, once per name and version. */
export function readPackages(text: string): PackageEntry[] {
  const { packages } = Lockfile.parse(JSON.parse(text));
  const found = new Map<string, PackageEntry>();
  for (const [place, entry] of Object.entries(packages)) {
    if (!place.includes(MODULES) || entry.link === true || entry.version === undefined) continue;
    const name = place.slice(place.lastIndexOf(MODULES) + MODULES.length);
    const known = found.get(`${name}@${entry.version}`);
    found.set(`${name}@${entry.version}`, {
      name,
      version: entry.version,
      license: entry.license ?? "not stated",
      // Needed by one shipped package is needed.
      development: entry.dev === true && known?.development !== false,
    });
  }
  return [...found.values()];
}

/** Licences by number of packages, the most used first. */
export function countLicences(packages: readonly PackageEntry[]): LicenceCount[] {
  const byLicence = new Map<string, string[]>();
  for (const { license, name } of packages) {
    byLicence.set(license, [...(byLicence.get(license) ?? []), name]);
  }
  return [...byLicence]
    .map(([license, names]) => ({
      license,
      count: names.length,
      examples: names.slice(0, EXAMPLES),
    }))
    .toSorted(
      (left, right) => right.count - left.count || left.license.localeCompare(right.license),
    );
}

/** Packages that are installed in several versions. */
export function findDuplicates(packages: readonly PackageEntry[]): Duplicate[] {
  const versions = new Map<string, string[]>();
  for (const { name, version } of packages)
    versions.set(name, [...(versions.get(name) ?? []), version]);
  return [...versions]
    .filter(([, list]) => list.length > 1)
    .map(([name, list]) => ({ name, versions: list.toSorted() }))
    .toSorted((left, right) => left.name.localeCompare(right.name));
}

/** The report as Markdown. */
export function renderReport(found: {
  readonly packages: readonly PackageEntry[];
  readonly licences: readonly LicenceCount[];
  readonly duplicates: readonly Duplicate[];
}): string {
  const shipped = found.packages.filter((entry) => !entry.development).length;
  return [
    "# Dependencies",
    "",
    `${found.packages.length} packages, ${shipped} of them shipped, the rest for development only.`,
    "",
    "| Licence | Packages | Such as |",
    "| --- | --- | --- |",
    ...found.licences.map(
      (row) => `| ${row.license} | ${row.count} | ${row.examples.join(", ")} |`,
    ),
    "",
    `## In several versions: ${found.duplicates.length}`,
    "",
    ...found.duplicates.map(({ name, versions }) => `- ${name}: ${versions.join(", ")}`),
    "",
  ].join("\n");
}
