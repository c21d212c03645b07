import { err, ok, SECRET_NAME, type ErrorInfo, type Result } from "../../core/index.ts";

/**
 * Puts secrets in the place of their names, in variables and headers: here, on the worker, at the last moment. What was
 * written into the pattern, the history and the ledger is the name.
 * @param written the values as their author wrote them: what an expression gave names no secret, whatever it says, or
 * whoever starts a run could read them all
 */
export function resolveSecrets(
  values: Readonly<Record<string, string>> | undefined,
  secret: (name: string) => string | undefined,
  written: Readonly<Record<string, string>> | undefined = values,
): Result<Readonly<Record<string, string>>, ErrorInfo> {
  const resolved: Record<string, string> = {};
  for (const [key, value] of Object.entries(values ?? {})) {
    const isWritten = Object.hasOwn(written ?? {}, key) && written?.[key] === value;
    const [, scheme, name] = (isWritten ? SECRET_NAME.exec(value) : null) ?? [];
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
