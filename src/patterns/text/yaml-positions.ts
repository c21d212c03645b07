import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
} from "yaml";

import type { DocumentPath } from "../walk.ts";

export type YamlNode = Node | null | undefined;

type Entry = Pair<Node, Node | null>;

/** The text of a mapping's key, as the data has it; keys that are lists or mappings have none. */
export function keyText(key: YamlNode, document: Document): string | undefined {
  const node = isAlias(key) ? key.resolve(document) : key;
  if (!isScalar(node)) return undefined;
  const { value } = node;
  // The library keeps a merge as a symbol, and makes an empty text of null.
  if (typeof value === "symbol") return MERGE;
  if (value === null) return "";
  return (value as string | number | boolean).toString(); // as: what else a key without tags can be
}

/** The key of a merge, of which a mapping may have several. */
export const MERGE = "<<";

/** Finds where a part of the document stands, or the nearest thing around it that is there. */
export function createLocator(document: Document): (path: DocumentPath) => number {
  const indexes = new WeakMap<object, ReadonlyMap<string | undefined, Entry>>();
  return (path) => {
    let node: YamlNode = document.contents;
    let offset = node?.range?.[0] ?? 0;
    for (const part of path) {
      if (isAlias(node)) node = node.resolve(document);
      const next = child(node, part, (map) => indexOf(map, document, indexes));
      if (next === undefined) return offset;
      offset = next.offset ?? offset;
      node = next.node;
    }
    return offset;
  };
}

function child(
  node: YamlNode,
  part: string | number,
  entriesOf: (map: YAMLMap<Node, Node | null>) => ReadonlyMap<string | undefined, Entry>,
): { readonly node: YamlNode; readonly offset: number | undefined } | undefined {
  if (isSeq<Node>(node)) {
    const item = node.items[Number(part)];
    return { node: item, offset: item?.range?.[0] };
  }
  if (!isMap<Node, Node | null>(node)) return undefined;
  const pair = entriesOf(node).get(String(part));
  return pair && { node: pair.value, offset: pair.key.range?.[0] };
}

/** Made when a mapping is first looked into: most documents have no issue. */
function indexOf(
  map: YAMLMap<Node, Node | null>,
  document: Document,
  indexes: WeakMap<object, ReadonlyMap<string | undefined, Entry>>,
): ReadonlyMap<string | undefined, Entry> {
  const known = indexes.get(map);
  if (known !== undefined) return known;
  const index = new Map(map.items.map((pair) => [keyText(pair.key, document), pair] as const));
  indexes.set(map, index);
  return index;
}
