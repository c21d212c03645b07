import { Composer, isMap, isSeq, Parser, type CST, type Document, type Node } from "yaml";

import { messageOf, type JsonValue } from "../../core/index.ts";
import type { DocumentPath } from "../walk.ts";
import { MAX_DEPTH } from "./check-json.ts";
import { MAX_DUPLICATES } from "./json-text.ts";
import { createLineTable, type Position } from "./lines.ts";
import type { ParsedText, TextProblem } from "./parsed-text.ts";
import { isTooDeep } from "./yaml-depth.ts";
import { createLocator, keyText, MERGE, type YamlNode } from "./yaml-positions.ts";

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
  const tokens = [...new Parser().parse(text)];
  if (isTooDeep(tokens, MAX_DEPTH)) return failed(tooDeep());
  const documents = compose(tokens, text.length);
  const [document, second] = documents;
  if (document === undefined) return failed(emptyDocument());
  const problems: TextProblem[] = [];
  if (second !== undefined) problems.push(secondDocument(second));
  problems.push(...syntaxProblems(documents));
  const offsetOf = createLocator(document);
  const positionOf = (path: DocumentPath): Position => positionAt(offsetOf(path));
  if (problems.length > 0) return { value: undefined, problems, positionAt, positionOf };
  try {
    const value = document.toJS({ maxAliasCount: MAX_ALIASES }) as JsonValue; // as: the caller checks that it is JSON
    const badKeys = findBadKeys(document);
    const isJson = badKeys.every(({ code }) => code !== "not-json");
    return { value: isJson ? value : undefined, problems: badKeys, positionAt, positionOf };
  } catch (error) {
    return failed(dataProblem(text, error));
  }
}

/** The first documents of a text: a second one is refused, so more are not even looked at. */
function compose(tokens: readonly CST.Token[], length: number): readonly Document[] {
  // Duplicate keys are looked for afterwards: the library's own search compares every key with every other.
  const composer = new Composer({ uniqueKeys: false, merge: true, logLevel: "error" });
  const documents: Document[] = [];
  for (const document of composer.compose(tokens, false, length)) {
    documents.push(document);
    if (documents.length === 2) break;
  }
  return documents;
}

/** One slip may confuse the parser all the way down: more errors than these help nobody. */
const MAX_ERRORS = 50;

function syntaxProblems(documents: readonly Document[]): readonly TextProblem[] {
  const found: TextProblem[] = [];
  for (const document of documents.slice(0, MAX_ERRORS))
    for (const { message, code, pos } of [...document.errors, ...document.warnings].slice(
      0,
      MAX_ERRORS,
    ))
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

function tooDeep(): TextProblem {
  const message = `The document nests deeper than ${MAX_DEPTH} levels`;
  return { code: "too-deep", path: [], message, hint: "flatten it" };
}

/** What the library cannot turn into data although its syntax is right: too many aliases, a merge key without mapping. */
function dataProblem(text: string, error: unknown): TextProblem {
  const unknownAnchor = /^Unresolved alias.*: (\S+)$/s.exec(messageOf(error))?.[1];
  if (unknownAnchor !== undefined)
    return {
      code: "syntax",
      path: [],
      message: `No anchor &${unknownAnchor} stands before *${unknownAnchor}`,
      hint: "quote the text if no alias is meant",
      offset: Math.max(0, text.indexOf(`*${unknownAnchor}`)),
    };
  if (error instanceof ReferenceError)
    return {
      code: "too-many-aliases",
      path: [],
      message: `The document uses its anchors too often: ${messageOf(error)}`,
      hint: "write the repeated parts out",
    };
  const offset = Math.max(0, text.search(/<<\s{0,100}:/));
  return { code: "syntax", path: [], message: messageOf(error), hint: "correct the YAML", offset };
}

/** Every key that a mapping has twice, and every one that is no text. Iterative. */
function findBadKeys(document: Document): readonly TextProblem[] {
  const found: TextProblem[] = [];
  const work: { node: YamlNode; path: DocumentPath }[] = [{ node: document.contents, path: [] }];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    const { node, path } = next;
    if (isSeq<Node>(node)) {
      node.items.forEach((item, index) => work.push({ node: item, path: [...path, index] }));
    } else if (isMap<Node, Node>(node)) {
      const seen = new Set<string>();
      for (const { key, value } of node.items) {
        const name = keyText(key, document);
        const offset = key.range?.[0] ?? 0;
        if (name === undefined || (seen.has(name) && name !== MERGE))
          found.push({ ...badKey(path, name), offset });
        if (found.length === MAX_DUPLICATES) return found;
        if (name === undefined) continue;
        seen.add(name);
        work.push({ node: value, path: [...path, name] });
      }
    }
  }
  return found;
}

function badKey(path: DocumentPath, name: string | undefined): TextProblem {
  if (name === undefined)
    return {
      code: "not-json",
      path,
      message: "A key is text, and this one is a list or a mapping",
      hint: "quote it if text is meant",
    };
  return {
    code: "duplicate-key",
    path: [...path, name],
    message: `${JSON.stringify(name)} is defined twice`,
    hint: "rename or remove one of them",
  };
}
