import { isJsonArray, isJsonObject, type JsonValue } from "../core/index.ts";
import { normalizeHook, parseHookCondition, type Hook } from "../hooks/index.ts";
import { fail } from "./failure.ts";

/**
 * Reads the hooks that a caller gives with one run: registrations as in a pattern, as a list or under `hooks`.
 * @throws ApplicationFailure `OptionsInvalid` with every problem
 */
export function parseRunHooks(given: JsonValue | undefined): readonly Hook[] {
  if (given === undefined || given === null) return [];
  const list = isJsonObject(given) ? given["hooks"] : given;
  if (!isJsonArray(list))
    throw fail("OptionsInvalid", "The option hooks must be a list of hook registrations.");
  const hooks: Hook[] = [];
  const problems: { path: string; message: string }[] = [];
  list.forEach((raw, index) => {
    const read = normalizeHook(raw, "run", parseHookCondition);
    if (read.ok) hooks.push(...read.value);
    else
      for (const { path, message } of read.error)
        problems.push({ path: `hooks[${String(index)}]${path === "" ? "" : `.${path}`}`, message });
  });
  if (problems.length === 0) return hooks;
  const text = problems.map(({ path, message }) => `${path}: ${message}`).join("; ");
  throw fail("OptionsInvalid", `The run's hooks are not valid: ${text}`, { problems });
}
