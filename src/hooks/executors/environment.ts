/** What a child process may know of the worker's own environment. Secrets live there, so the list names what is safe. */
const INHERITED = new Set([
  "PATH",
  "HOME",
  "LANG",
  "LANGUAGE",
  "TZ",
  "TMPDIR",
  "TMP",
  "TEMP",
  "USER",
  "LOGNAME",
  "SHELL",
  "TERM",
  "NO_COLOR",
  "FORCE_COLOR",
  // Windows cannot start a process without these.
  "SYSTEMROOT",
  "COMSPEC",
  "PATHEXT",
  "USERPROFILE",
  "APPDATA",
  "LOCALAPPDATA",
]);

/**
 * The environment of a command: the safe part of the worker's own, plus what was given (which wins).
 * @param allow - further names of the worker's environment that the configuration lets through
 */
export function commandEnvironment(
  parent: Readonly<Record<string, string | undefined>>,
  given: Readonly<Record<string, string>> = {},
  allow: readonly string[] = [],
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(parent)) {
    const upper = name.toUpperCase();
    const isInherited = INHERITED.has(upper) || upper.startsWith("LC_") || allow.includes(name);
    if (value !== undefined && isInherited) environment[name] = value;
  }
  return { ...environment, ...given };
}
