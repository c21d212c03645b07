import { isJsonArray, isJsonObject, type JsonValue } from "../../core/index.ts";

const WHOLE = /^\$\{([\w.-]+)\}$/;
const PLACES = /\$\{([\w.-]+)\}/g;

/**
 * Fills `${path.to.field}` in every text of a value from an event. A text that is one placeholder becomes the field as it
 * is; inside other text a field is written out. What the event does not have is null, or nothing inside text.
 */
export function fillFields(template: JsonValue, event: JsonValue): JsonValue {
  if (typeof template === "string") return fillText(template, event);
  if (isJsonArray(template)) return template.map((each) => fillFields(each, event));
  if (!isJsonObject(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) => [key, fillFields(value, event)]),
  );
}

function fillText(text: string, event: JsonValue): JsonValue {
  const whole = WHOLE.exec(text)?.[1];
  if (whole !== undefined) return fieldOf(event, whole) ?? null;
  return text.replace(PLACES, (_, path: string) => {
    const field = fieldOf(event, path) ?? "";
    return typeof field === "string" ? field : JSON.stringify(field);
  });
}

function fieldOf(event: JsonValue, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = event;
  for (const key of path.split(".")) {
    if (isJsonArray(value)) value = value[Number(key)];
    else if (isJsonObject(value)) value = Object.hasOwn(value, key) ? value[key] : undefined;
    else return undefined;
  }
  return value;
}
