import semver from "semver";
import { HeddleError } from "../core/index.ts";
import type { PatternStatus } from "./registry.ts";

interface Candidate {
  readonly version: string;
  readonly status: PatternStatus;
}

// Sorts below every character that a version identifier may hold, and below IDENTIFIER_END.
const BUILD_START = " ";
const IDENTIFIER_END = "!";
// Sorts above the "-" that starts a pre-release.
const RELEASE = "~";

/**
 * A text whose byte order is the order of versions (precedence, then build metadata), so that the database can sort
 * and choose the newest without knowing semver.
 * @throws HeddleError `PATTERN_VERSION_INVALID`
 */
export function orderKeyOf(version: string): string {
  const parsed = semver.parse(version);
  if (parsed === null) throw versionInvalid(version);
  const core = [parsed.major, parsed.minor, parsed.patch].map((part) => numberKey(String(part)));
  const release =
    parsed.prerelease.length === 0 ? RELEASE : `-${identifiersKey(parsed.prerelease)}`;
  const build = parsed.build.length === 0 ? "" : BUILD_START + identifiersKey(parsed.build);
  return `${core.join("")}${release}${build}`;
}

/** Newest first. */
export function compareNewestFirst(a: Candidate, b: Candidate): number {
  return semver.compareBuild(b.version, a.version);
}

/**
 * The version a range means: the newest active one, pre-releases only when the range names one. An exact version also
 * finds deprecated ones; of several that differ in build metadata only, the one that is spelt alike.
 * @throws HeddleError `VERSION_RANGE_INVALID`
 */
export function chooseVersion<T extends Candidate>(
  candidates: readonly T[],
  range = "*",
): T | undefined {
  const exact = semver.parse(range);
  const matches = candidates
    .filter(({ version, status }) =>
      exact === null
        ? status === "active" && satisfies(version, range)
        : isUsable(status) && semver.compare(version, exact) === 0,
    )
    .toSorted(compareNewestFirst);
  if (exact === null && semver.validRange(range) === null) throw rangeInvalid(range);
  return matches.find(({ version }) => version === range.trim()) ?? matches[0];
}

function satisfies(version: string, range: string): boolean {
  return semver.satisfies(version, range);
}

function isUsable(status: PatternStatus): boolean {
  return status === "active" || status === "deprecated";
}

function identifiersKey(identifiers: readonly (string | number)[]): string {
  // Numbers below words, as semver has it; a shorter list below a longer one that begins alike.
  return identifiers
    .map(String)
    .map((part) => (/^\d+$/.test(part) ? `0${numberKey(part)}` : `1${part}`))
    .join(IDENTIFIER_END);
}

/** Length first, so that 10 sorts above 9 whatever the number of digits. Leading zeros (build metadata) count for nothing. */
function numberKey(digits: string): string {
  const significant = digits.replace(/^0+(?=\d)/, "");
  return String(significant.length).padStart(3, "0") + significant;
}

function versionInvalid(version: string): HeddleError {
  return new HeddleError(
    "PATTERN_VERSION_INVALID",
    `Expected a semantic version, got ${JSON.stringify(version)}`,
    { hint: "Write `version` as three numbers such as 1.2.0, or 1.3.0-beta.1 for a pre-release." },
  );
}

function rangeInvalid(range: string): HeddleError {
  return new HeddleError(
    "VERSION_RANGE_INVALID",
    `Expected a version or a semver range, got ${JSON.stringify(range)}`,
    { hint: "Write a version such as 1.2.0, or a range such as ^1.2.0 or >=1.0.0 <2.0.0." },
  );
}
