import { Document, isScalar, parseDocument, Scalar, visit } from "yaml";

import type { JsonObject } from "../../core/index.ts";

/**
 * A definition as YAML text. Reading it again gives the same digest: nothing is added, nothing is folded, and no value is
 * written once and referred to twice.
 */
export function toYaml(definition: JsonObject): string {
  const document = new Document(definition, { aliasDuplicateObjects: false });
  visit(document, {
    Pair(_position, { key }) {
      // Without quotes it would be a merge.
      if (isScalar(key) && key.value === "<<") key.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** Gives the pattern in a YAML text another name. Everything else stays as it is, comments included. */
export function renamePattern(text: string, name: string): string {
  const node = parseDocument(text).get("name", true);
  if (!(node instanceof Scalar) || node.range == null) return text;
  const [start, end] = node.range;
  return `${text.slice(0, start)}${name}${text.slice(end)}`;
}
