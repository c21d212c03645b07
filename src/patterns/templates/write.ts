import { parseDocument, Scalar, stringify } from "yaml";

import type { JsonObject } from "../../core/index.ts";

/**
 * A definition as YAML text. Reading it again gives the same digest: nothing is added, nothing is folded, and no value is
 * written once and referred to twice.
 */
export function toYaml(definition: JsonObject): string {
  return stringify(definition, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** Gives the pattern in a YAML text another name. Everything else stays as it is, comments included. */
export function renamePattern(text: string, name: string): string {
  const node = parseDocument(text).get("name", true);
  if (!(node instanceof Scalar) || node.range == null) return text;
  const [start, end] = node.range;
  return `${text.slice(0, start)}${name}${text.slice(end)}`;
}
