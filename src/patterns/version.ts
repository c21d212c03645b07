import semver from "semver";

/** Longest version and range that are looked at. */
const MAX_LENGTH = 256;

/** True for an exact semantic version, written without a leading `v`. */
export function parseVersion(text: string): boolean {
  if (text.length > MAX_LENGTH || !/^\d/.test(text)) return false;
  return semver.parse(text)?.raw === text;
}

/** True for a range of versions, such as `^1.2.0`. */
export function parseRange(text: string): boolean {
  return text !== "" && text.length <= MAX_LENGTH && semver.validRange(text) !== null;
}
