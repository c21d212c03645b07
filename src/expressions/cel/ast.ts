/** CEL's syntax tree, with macros already told apart from calls. `start` and `end` are offsets into the source. */
export type Node =
  | LiteralNode
  | NameNode
  | FieldNode
  | IndexNode
  | CallNode
  | ListNode
  | MapNode
  | UnaryNode
  | BinaryNode
  | ConditionNode
  | ComprehensionNode
  | HasNode
  | BindNode;

interface Place {
  readonly start: number;
  readonly end: number;
  /** Height of the tree below: bounds the recursion of whoever walks it. */
  readonly depth: number;
}

export interface LiteralNode extends Place {
  readonly op: "literal";
  readonly value: string | number | bigint | boolean | null;
}

export interface NameNode extends Place {
  readonly op: "name";
  readonly name: string;
}

/** `target.name`, or `target.?name`. */
export interface FieldNode extends Place {
  readonly op: "field";
  readonly target: Node;
  readonly name: string;
  readonly optional: boolean;
}

/** `target[index]`, or `target[?index]`. */
export interface IndexNode extends Place {
  readonly op: "index";
  readonly target: Node;
  readonly index: Node;
  readonly optional: boolean;
}

/** `name(args)`; of `target.name(args)` the target is the first argument. */
export interface CallNode extends Place {
  readonly op: "call";
  readonly name: string;
  readonly args: readonly Node[];
}

export interface ListNode extends Place {
  readonly op: "list";
  readonly items: readonly { readonly value: Node; readonly optional: boolean }[];
}

export interface MapNode extends Place {
  readonly op: "map";
  readonly entries: readonly {
    readonly key: Node;
    readonly value: Node;
    readonly optional: boolean;
  }[];
}

export interface UnaryNode extends Place {
  readonly op: "unary";
  readonly operator: "!" | "-";
  readonly operand: Node;
}

export type BinaryOperator =
  "||" | "&&" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "+" | "-" | "*" | "/" | "%";

export interface BinaryNode extends Place {
  readonly op: "binary";
  readonly operator: BinaryOperator;
  readonly left: Node;
  readonly right: Node;
}

export interface ConditionNode extends Place {
  readonly op: "condition";
  readonly test: Node;
  readonly yes: Node;
  readonly no: Node;
}

export type ComprehensionKind = "all" | "exists" | "exists_one" | "filter" | "map";

export interface ComprehensionNode extends Place {
  readonly op: "comprehension";
  readonly kind: ComprehensionKind;
  readonly target: Node;
  readonly variable: string;
  /** The middle argument of the three-argument `map`. */
  readonly filter: Node | undefined;
  readonly body: Node;
}

export interface HasNode extends Place {
  readonly op: "has";
  readonly target: FieldNode | IndexNode;
}

/** `cel.bind(variable, value, body)`. */
export interface BindNode extends Place {
  readonly op: "bind";
  readonly variable: string;
  readonly value: Node;
  readonly body: Node;
}

/** The nodes directly below one node, in source order. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.op) {
    case "literal":
    case "name":
      return [];
    case "field":
    case "has":
      return [node.target];
    case "index":
      return [node.target, node.index];
    case "call":
      return node.args;
    case "unary":
      return [node.operand];
    case "binary":
      return [node.left, node.right];
    default:
      return partsOf(node);
  }
}

function partsOf(
  node: ListNode | MapNode | ConditionNode | ComprehensionNode | BindNode,
): readonly Node[] {
  switch (node.op) {
    case "list":
      return node.items.map((item) => item.value);
    case "map":
      return node.entries.flatMap((entry) => [entry.key, entry.value]);
    case "condition":
      return [node.test, node.yes, node.no];
    case "comprehension":
      return [node.target, ...(node.filter ? [node.filter] : []), node.body];
    case "bind":
      return [node.value, node.body];
  }
}
