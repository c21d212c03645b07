/** Words that Mermaid or Graphviz take for their own, in lower case. */
const RESERVED = new Set(
  "end graph subgraph flowchart digraph strict node edge style class classdef click linkstyle default direction call href".split(
    " ",
  ),
);

/** Gives every id a name that both languages take as it is: the id itself wherever that is possible. */
export function createKeys(): (id: string) => string {
  const taken = new Set<string>();
  return (id) => {
    const plain = id.replaceAll(/\W/g, "_");
    const wanted = RESERVED.has(plain.toLowerCase()) ? `step_${plain}` : plain;
    let key = wanted;
    for (let copy = 2; taken.has(key); copy += 1) key = `${wanted}__${copy}`;
    taken.add(key);
    return key;
  };
}
