import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../../core/index.ts";
import type { DocumentPath } from "../../walk.ts";
import type { Model } from "../model/model.ts";
import { splitPatternName } from "../model/pattern-name.ts";
import type { StepNode } from "../model/step-node.ts";
import type { Finding, Rule } from "../rule.ts";
import type { Names } from "../types/infer.ts";
import {
  areDisjoint,
  dereference,
  shapeOf,
  showTypes,
  typesOf,
  type Shape,
} from "../types/json-type.ts";
import { namesFor, templateShape } from "../types/step-shapes.ts";

export const outputTypeMismatch: Rule = {
  code: "output-type-mismatch",
  severity: "error",
  summary: "What a step passes on does not fit the schema of who receives it.",
  *check(model) {
    for (const step of model.steps) {
      const names = namesFor(model, step, model.shapes);
      const receiver = receiverOf(model, step);
      if (receiver) {
        const given = step.step.with ?? {};
        const where = {
          path: [...step.path, "with"],
          names,
          who: `Step "${step.id}" gives ${receiver.name}`,
        };
        yield* compare(given, shapeOf(receiver.schema), where);
      }
      const { outputSchema, output } = step.step;
      if (outputSchema === undefined || output === undefined) continue;
      const where = {
        path: [...step.path, "output"],
        names,
        who: `Step "${step.id}" gives its own outputSchema`,
      };
      yield* compare(output, shapeOf(outputSchema), where);
    }
  },
};

interface Receiver {
  readonly name: string;
  readonly schema: JsonObject;
}

function receiverOf(model: Model, { step, kind }: StepNode): Receiver | undefined {
  if (kind === "agent") return agentReceiver(model, step.agent ?? "");
  if (kind === "call") return functionReceiver(model, step.call ?? "");
  return kind === "pattern" ? patternReceiver(model, step.pattern ?? "") : undefined;
}

function agentReceiver(model: Model, role: string): Receiver | undefined {
  const schema = model.roles.get(role)?.inputSchema;
  return schema && { name: `the role "${role}"`, schema };
}

function functionReceiver(model: Model, name: string): Receiver | undefined {
  const schema = model.known.functions?.get(name)?.input;
  return schema && { name: `the function "${name}"`, schema };
}

function patternReceiver(model: Model, reference: string): Receiver | undefined {
  const { name } = splitPatternName(reference);
  const own = name === model.document.name ? model.document.input : undefined;
  const schema = own ?? model.known.patterns?.get(name)?.input;
  return schema && { name: `the pattern "${name}"`, schema };
}

interface Where {
  readonly path: DocumentPath;
  readonly names: Names;
  /** Who gives and who receives. */
  readonly who: string;
}

/** Compares types level by level; iterative, values nest as deep as their author likes. */
function* compare(value: JsonValue, wanted: Shape, where: Where): Iterable<Finding> {
  const work = [{ value, wanted, path: where.path }];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    const target = dereference(next.wanted);
    if (target === undefined) continue;
    const given = typesOf(templateShape(next.value, where.names));
    const types = typesOf(target);
    if (areDisjoint(given, types) && given && types) {
      yield {
        path: next.path,
        message: `${where.who} ${showTypes(given)} where it takes ${showTypes(types)}`,
        hint: "Convert the value, or correct one of the two schemas.",
      };
    } else if (isJsonObject(next.value)) {
      yield* missing(next.value, target, next.path, where.who);
      for (const [key, inner] of Object.entries(next.value)) {
        const part = propertyOf(target, key);
        if (part) work.push({ value: inner, wanted: part, path: [...next.path, key] });
      }
    }
  }
}

function* missing(
  value: JsonObject,
  { schema }: Shape,
  path: DocumentPath,
  who: string,
): Iterable<Finding> {
  const { required } = schema;
  if (!isJsonArray(required)) return;
  for (const key of required) {
    if (typeof key !== "string" || Object.hasOwn(value, key)) continue;
    yield {
      path,
      message: `${who} no "${key}", which it requires`,
      hint: `Add \`${key}\` to \`${path.at(-1) ?? "with"}\`.`,
    };
  }
}

function propertyOf({ schema, root }: Shape, key: string): Shape | undefined {
  const { properties } = schema;
  if (!isJsonObject(properties) || !Object.hasOwn(properties, key)) return undefined;
  const property = properties[key];
  return isJsonObject(property) ? { schema: property, root } : undefined;
}
