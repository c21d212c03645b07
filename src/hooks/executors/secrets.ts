import { err, ok, type ErrorInfo, type Result } from "../../core/index.ts";

/** `secrets.NAME` is the whole value, or follows a scheme as in `Bearer secrets.NAME`. */
const NAMED = /^(?:(\w+) )?secrets\.([A-Za-z_]\w*)$/;

/**
 * Puts secrets in the place of their names, in variables and headers: here, on the worker, at the last moment. What was
 * written into the pattern, the history and the ledger is the name.
 */
export function resolveSecrets(
  values: Readonly<Record<string, string>> | undefined,
  secret: (name: string) => string | undefined,
): Result<Readonly<Record<string, string>>, ErrorInfo> {
  const resolved: Record<string, string> = {};
  for (const [key, value] of Object.entries(values ?? {})) {
    const [, scheme, name] = NAMED.exec(value) ?? [];
    const found = name === undefined ? value : secret(name);
    if (found === undefined)
      return err({
        type: "SecretUnknown",
        message: `The secret ${JSON.stringify(name)}, named by ${JSON.stringify(key)}, is not known to this worker: set HEDDLE_SECRET_${String(name)} in its environment.`,
      });
    resolved[key] = scheme === undefined ? found : `${scheme} ${found}`;
  }
  return ok(resolved);
}
