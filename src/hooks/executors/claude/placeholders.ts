const PLACES = /\$\{(CLAUDE_PROJECT_DIR|CLAUDE_PLUGIN_ROOT|CLAUDE_PLUGIN_DATA)\}/g;
const USER_CONFIG = /\$\{user_config\.([A-Za-z0-9_]+)\}/g;
/** A path of these characters means the same to a shell as to anybody else. */
const PLAIN_PATH = /^[\w@%+=:,./-]*$/;

type Variables = Readonly<Record<string, string>>;

/** Fills the placeholders of one word of the exec form, where no shell will. */
export function fillWord(word: string, env: Variables): string {
  return word
    .replace(PLACES, (whole, name: string) => env[name] ?? whole)
    .replace(
      USER_CONFIG,
      (_, key: string) => env[`CLAUDE_PLUGIN_OPTION_${key.toUpperCase()}`] ?? "",
    );
}

/**
 * Fills the placeholders of a shell command. They work inside single quotes too, where the variable of the same name
 * does not; a path that a shell could read as syntax is left to the variable.
 */
export function fillShell(command: string, env: Variables): string {
  return command.replace(PLACES, (whole, name: string) => {
    const value = env[name];
    return value !== undefined && PLAIN_PATH.test(value) ? value : whole;
  });
}

/** `$VAR` and `${VAR}` in a header; what is not on the list becomes empty. */
export function fillHeader(
  header: string,
  env: Readonly<Record<string, string | undefined>>,
  allowed: ReadonlySet<string>,
): string {
  return header.replace(
    /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g,
    (_, braced: string | undefined, bare: string | undefined) => {
      const name = braced ?? bare ?? "";
      return allowed.has(name) ? (env[name] ?? "") : "";
    },
  );
}
