import { z } from "zod";

import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../core/index.ts";
import type { PatternDocument } from "../document.ts";
import type { DocumentPath } from "../walk.ts";
import { HEAD_SHAPE, HookDocumentSchema, RoleSchema, TriggerSchema } from "./pattern.ts";
import { check, show, strict, type SchemaProblem } from "./problem.ts";
import { checkStep } from "./step.ts";
import { ID, isReservedId, JsonSchema, ObjectSchema } from "./values.ts";

/** A document as far as the schema could make sense of it. */
export interface CheckedDocument {
  readonly problems: readonly SchemaProblem[];
  /** What passed, so that the other checks can go on; absent when there are no steps to look at. */
  readonly document: PatternDocument | undefined;
  /** Ids of the steps that were left out of it. */
  readonly lost: ReadonlySet<string>;
}

/** Checks the form of a whole document. Steps are walked iteratively, however deeply they are nested. */
export function checkDocument(value: JsonValue): CheckedDocument {
  if (!isJsonObject(value))
    return {
      problems: [
        {
          code: "wrong-type",
          path: [],
          message: `A pattern is a mapping, got ${show(value)}`,
          hint: "begin with heddle: v1",
        },
      ],
      document: undefined,
      lost: new Set(),
    };
  const problems = check(DocumentSchema, value, []);
  const parts = {
    agents: checkEntries(value, "agents", RoleSchema, problems),
    parameters: checkEntries(value, "parameters", ObjectSchema, problems),
    hooks: checkItems(value, "hooks", HookDocumentSchema, problems),
    triggers: checkItems(value, "triggers", TriggerSchema, problems),
  };
  const lost = new Set<string>();
  const bad = checkSteps(value["steps"], problems, lost);
  if (!isJsonObject(value["steps"])) return { problems, document: undefined, lost };
  const document = problems.length === 0 ? value : salvage(value, parts, bad, problems);
  // as: every part of it has passed its schema, and the schemas describe this type
  return { problems, document: document as unknown as PatternDocument, lost };
}

/** Every key of a document; those that are checked entry by entry are anything here. */
const DocumentSchema = strict({
  ...HEAD_SHAPE,
  agents: JsonSchema.optional(),
  parameters: JsonSchema.optional(),
  hooks: JsonSchema.optional(),
  triggers: JsonSchema.optional(),
  steps: ObjectSchema,
});

function checkEntries(
  document: JsonObject,
  key: string,
  schema: z.ZodType,
  problems: SchemaProblem[],
): JsonObject | undefined {
  const value = document[key];
  if (value === undefined) return undefined;
  problems.push(...check(ObjectSchema, value, [key]));
  if (!isJsonObject(value)) return undefined;
  const good: [string, JsonValue][] = [];
  for (const [id, entry] of Object.entries(value)) {
    const path = [key, id];
    const wrong = [...checkId(id, path), ...check(schema, entry, path)];
    problems.push(...wrong);
    // A role that does not pass still exists: what names it is not wrong.
    if (wrong.length === 0) good.push([id, entry]);
    else if (key === "agents") good.push([id, { handler: { function: id } }]);
  }
  return Object.fromEntries(good);
}

function checkItems(
  document: JsonObject,
  key: string,
  schema: z.ZodType,
  problems: SchemaProblem[],
): readonly JsonValue[] | undefined {
  const value = document[key];
  if (value === undefined) return undefined;
  if (!isJsonArray(value)) {
    problems.push(...check(z.array(JsonSchema), value, [key]));
    return undefined;
  }
  return value.filter((item, index) => {
    const wrong = check(schema, item, [key, index]);
    problems.push(...wrong);
    return wrong.length === 0;
  });
}

/** Checks every step of every scope; gives the places of those that did not pass. */
function checkSteps(
  root: JsonValue | undefined,
  problems: SchemaProblem[],
  lost: Set<string>,
): readonly DocumentPath[] {
  const bad: DocumentPath[] = [];
  const work: NestedSteps[] = isJsonObject(root)
    ? [{ steps: root, path: ["steps"], isLost: false }]
    : [];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    const nested: NestedSteps[] = [];
    for (const [id, step] of Object.entries(next.steps)) {
      const path = [...next.path, id];
      const wrong = [...checkId(id, path), ...checkStep(step, path)];
      problems.push(...wrong);
      const isLost = next.isLost || wrong.length > 0;
      if (isLost) lost.add(id);
      if (isLost && !next.isLost) bad.push(path);
      if (isJsonObject(step)) nested.push(...nestedSteps(step, path, isLost));
    }
    for (const scope of nested.reverse()) work.push(scope);
  }
  return bad;
}

interface NestedSteps {
  readonly steps: JsonObject;
  readonly path: DocumentPath;
  /** True below a step that did not pass. */
  readonly isLost: boolean;
}

const MAY_NEST = ["group", "loop", "switch", "fallback", "compensate"];
const NO_NESTED: readonly NestedSteps[] = [];

/** The nested steps of a step that may itself be malformed. */
function nestedSteps(
  step: JsonObject,
  path: DocumentPath,
  isLost: boolean,
): readonly NestedSteps[] {
  if (!MAY_NEST.some((key) => step[key] !== undefined)) return NO_NESTED;
  const found: NestedSteps[] = [];
  const look = (holder: JsonValue | undefined, ...tail: DocumentPath): void => {
    if (!isJsonObject(holder)) return;
    const { steps } = holder;
    if (isJsonObject(steps)) found.push({ steps, path: [...path, ...tail, "steps"], isLost });
  };
  const bodies: readonly (readonly [JsonValue | undefined, DocumentPath])[] = [
    [step, []],
    [step["fallback"], ["fallback"]],
    [step["compensate"], ["compensate"]],
  ];
  for (const [body, at] of bodies) {
    if (!isJsonObject(body)) continue;
    look(body["group"], ...at, "group");
    look(body["loop"], ...at, "loop");
    const choice = body["switch"];
    if (!isJsonObject(choice)) continue;
    const { cases } = choice;
    if (isJsonArray(cases))
      cases.forEach((one, index) => {
        look(one, ...at, "switch", "cases", index);
      });
    look(choice["default"], ...at, "switch", "default");
  }
  return found;
}

function checkId(id: string, path: DocumentPath): SchemaProblem[] {
  if (isReservedId(id))
    return [
      {
        code: "reserved-id",
        path,
        message: `${show(id)} cannot be an id: every JavaScript object has a member of that name`,
        hint: "choose another id",
      },
    ];
  return ID.test(id)
    ? []
    : [
        {
          code: "wrong-value",
          path,
          message: `${show(id)} is no id`,
          hint: "use letters, digits, _ and -, not beginning with a digit or a dash, at most 128",
        },
      ];
}

/** What is left of a document when everything that did not pass is taken out. */
function salvage(
  document: JsonObject,
  parts: Readonly<Record<string, JsonValue | undefined>>,
  bad: readonly DocumentPath[],
  problems: readonly SchemaProblem[],
): JsonObject {
  const broken = new Set(problems.map(({ path }) => path[0]));
  const head = Object.entries(document).filter(
    ([key]) => key in HEAD_SHAPE && !broken.has(key) && !(key in parts),
  );
  const kept = Object.entries(parts).filter(
    (entry): entry is [string, JsonValue] => entry[1] !== undefined,
  );
  const steps = withoutPaths(document["steps"] ?? {}, bad);
  return Object.fromEntries([...head, ...kept, ["steps", steps]]);
}

/** A copy of the steps without those at `paths`, which begin with `steps`. */
function withoutPaths(steps: JsonValue, paths: readonly DocumentPath[]): JsonValue {
  if (paths.length === 0) return steps;
  const copy = JSON.parse(JSON.stringify(steps)) as Json; // as: a copy of JSON is JSON, and nobody else holds it
  for (const path of paths) {
    let holder: Json | undefined = copy;
    for (const part of path.slice(1, -1))
      holder = typeof holder === "object" ? holder?.[part] : undefined;
    const last = path.at(-1);
    if (typeof holder === "object" && holder !== null && last !== undefined)
      Reflect.deleteProperty(holder, last);
  }
  return copy;
}

type Json = string | number | boolean | null | { [key: string | number]: Json };
