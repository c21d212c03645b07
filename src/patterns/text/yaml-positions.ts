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

/** The text of a mapping's key; keys that are lists or mappings have none. */
export function keyText(key: YamlNode): string {
  return isScalar(key) ? String(key.value) : "";
}

/** Finds where a part of the document stands, or the nearest thing around it that is there. */
export function createLocator(document: Document): (path: DocumentPath) => number {
  const indexes = new WeakMap<object, ReadonlyMap<string, Entry>>();
  return (path) => {
    let node: YamlNode = document.contents;
    let offset = node?.range?.[0] ?? 0;
    for (const part of path) {
      if (isAlias(node)) node = node.resolve(document);
      const next = child(node, part, indexes);
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
  indexes: WeakMap<object, ReadonlyMap<string, Entry>>,
): { readonly node: YamlNode; readonly offset: number | undefined } | undefined {
  if (isSeq<Node>(node)) {
    const item = node.items[Number(part)];
    return { node: item, offset: item?.range?.[0] };
  }
  if (!isMap<Node, Node | null>(node)) return undefined;
  const pair = indexOf(node, indexes).get(String(part));
  return pair && { node: pair.value, offset: pair.key.range?.[0] };
}

/** Made when a mapping is first looked into: most documents have no issue. */
function indexOf(
  map: YAMLMap<Node, Node | null>,
  indexes: WeakMap<object, ReadonlyMap<string, Entry>>,
): ReadonlyMap<string, Entry> {
  const known = indexes.get(map);
  if (known !== undefined) return known;
  const index = new Map(map.items.map((pair) => [keyText(pair.key), pair]));
  indexes.set(map, index);
  return index;
}
