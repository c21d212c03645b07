import { isMap, isSeq, parseAllDocuments, type Document, type Node } from "yaml";

import { messageOf, type JsonValue } from "../../core/index.ts";
import type { DocumentPath } from "../walk.ts";
import { createLineTable } from "./lines.ts";
import type { ParsedText, TextProblem } from "./parsed-text.ts";
import { createLocator, keyText, type YamlNode } from "./yaml-positions.ts";

/** How often anchors may be used: enough for any hand-written file, far too little to blow one up. */
const MAX_ALIASES = 1000;

/** Parses YAML 1.2, with merge keys. */
export function parseYamlText(text: string): ParsedText {
  const positionAt = createLineTable(text);
  const failed = (problem: TextProblem): ParsedText => ({
    value: undefined,
    problems: [problem],
    positionAt,
    positionOf: () => positionAt(problem.offset ?? 0),
  });
  let document: Document | undefined;
  let value: JsonValue | undefined;
  const problems: TextProblem[] = [];
  try {
    // Duplicate keys are looked for below: the parser's own search compares every key with every other.
    const documents = parseAllDocuments(text, {
      uniqueKeys: false,
      prettyErrors: false,
      merge: true,
    });
    if (!Array.isArray(documents)) return failed(emptyDocument());
    document = documents[0];
    if (document === undefined) return failed(emptyDocument());
    const second = documents[1];
    if (second !== undefined) problems.push(secondDocument(second));
    problems.push(...syntaxProblems(documents));
    if (problems.length === 0) {
      problems.push(...findDuplicates(document));
      value = document.toJS({ maxAliasCount: MAX_ALIASES }) as JsonValue; // as: checked to be JSON by the caller
    }
  } catch (error) {
    return failed(fatalProblem(error));
  }
  const root = document;
  const offsetOf = createLocator(root);
  return {
    value,
    problems,
    positionAt,
    positionOf: (path) => positionAt(offsetOf(path)),
  };
}

function syntaxProblems(documents: readonly Document[]): readonly TextProblem[] {
  const found: TextProblem[] = [];
  for (const document of documents)
    for (const { message, code, pos } of [...document.errors, ...document.warnings])
      found.push({
        code: "syntax",
        path: [],
        message: message.split("\n", 1)[0] ?? message,
        hint: SYNTAX_HINTS[code] ?? "correct the YAML here",
        offset: pos[0],
      });
  return found;
}

const SYNTAX_HINTS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "indent with spaces",
  BAD_INDENT: "align it with its neighbours",
  MISSING_CHAR: "add the missing character, or quote the text",
  MULTILINE_IMPLICIT_KEY: "quote the text, or put the value on its own line",
  BLOCK_AS_IMPLICIT_KEY: "quote a text that has a colon in it",
  TAG_RESOLVE_FAILED: "remove the tag: a pattern holds plain data only",
};

function emptyDocument(): TextProblem {
  return {
    code: "syntax",
    path: [],
    message: "The document is empty",
    hint: "begin with heddle: v1",
  };
}

function secondDocument(document: Document): TextProblem {
  return {
    code: "several-documents",
    path: [],
    message: "The file has more than one YAML document",
    hint: "put each pattern into a file of its own, without --- between them",
    offset: document.range?.[0] ?? 0,
  };
}

function fatalProblem(error: unknown): TextProblem {
  if (error instanceof ReferenceError)
    return {
      code: "too-many-aliases",
      path: [],
      message: `The document uses its anchors too often: ${messageOf(error)}`,
      hint: "write the repeated parts out",
    };
  if (error instanceof RangeError)
    return {
      code: "too-deep",
      path: [],
      message: "The document nests too deeply to be read",
      hint: "flatten it",
    };
  throw error;
}

/** Every key that a mapping has twice. Iterative. */
function findDuplicates(document: Document): readonly TextProblem[] {
  const found: TextProblem[] = [];
  const work: { node: YamlNode; path: DocumentPath }[] = [{ node: document.contents, path: [] }];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    const { node, path } = next;
    if (isSeq<Node>(node)) {
      node.items.forEach((item, index) => work.push({ node: item, path: [...path, index] }));
    } else if (isMap<Node, Node>(node)) {
      const seen = new Set<string>();
      for (const { key, value } of node.items) {
        const name = keyText(key);
        if (seen.has(name) && name !== "<<")
          found.push({
            code: "duplicate-key",
            path: [...path, name],
            message: `${JSON.stringify(name)} is defined twice`,
            hint: "rename or remove one of them",
            offset: key.range?.[0] ?? 0,
          });
        seen.add(name);
        work.push({ node: value, path: [...path, name] });
      }
    }
  }
  return found;
}
