import { err, isJsonArray, isJsonObject, ok, type JsonValue, type Result } from "../core/index.ts";

/**
 * The value with another one at a dotted path (`step.input.files.0`); lists by index, missing objects are made. Nothing
 * of the original changes.
 */
export function setAtPath(
  value: JsonValue,
  path: string,
  replacement: JsonValue,
): Result<JsonValue, string> {
  const keys = path.split(".");
  if (keys.some((key) => key === "" || key === "__proto__"))
    return err(`The path ${JSON.stringify(path)} has an empty or forbidden part`);
  return place(value, keys, replacement, path);
}

function place(
  value: JsonValue,
  [key, ...rest]: readonly string[],
  replacement: JsonValue,
  path: string,
): Result<JsonValue, string> {
  if (key === undefined) return ok(replacement);
  if (isJsonArray(value)) {
    const index = /^\d{1,6}$/.test(key) ? Number(key) : -1;
    const item = value[index];
    if (item === undefined)
      return err(
        `The path ${JSON.stringify(path)} names item ${JSON.stringify(key)} of a list of ${String(value.length)}`,
      );
    const inner = place(item, rest, replacement, path);
    return inner.ok ? ok(value.with(index, inner.value)) : inner;
  }
  if (!isJsonObject(value))
    return err(
      `The path ${JSON.stringify(path)} goes through ${JSON.stringify(value)}, which has no field ${JSON.stringify(key)}`,
    );
  const inner = place(value[key] ?? (rest.length === 0 ? null : {}), rest, replacement, path);
  return inner.ok ? ok({ ...value, [key]: inner.value }) : inner;
}
