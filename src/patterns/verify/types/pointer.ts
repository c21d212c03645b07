import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../../core/index.ts";

/** Resolves a JSON pointer inside one schema. */
export function pointTo(root: JsonObject, ref: string): JsonObject | undefined {
  if (!ref.startsWith("#")) return undefined;
  let here: JsonValue | undefined = root;
  for (const part of ref.slice(1).split("/").slice(1)) {
    const key = decode(part);
    if (isJsonArray(here)) here = here[Number(key)];
    else if (isJsonObject(here)) here = Object.hasOwn(here, key) ? here[key] : undefined;
    else return undefined;
  }
  return isJsonObject(here) ? here : undefined;
}

function decode(part: string): string {
  const plain = part.replaceAll("~1", "/").replaceAll("~0", "~");
  return plain.includes("%") ? plain.replaceAll(/%([0-9a-fA-F]{2})/g, fromHex) : plain;
}

function fromHex(_whole: string, hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}
