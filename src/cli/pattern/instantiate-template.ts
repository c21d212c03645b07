import type { JsonObject } from "../../core/index.ts";
import type { AcceptedPattern } from "../../patterns/index.ts";
import { instantiatePattern, type Instantiated } from "../../patterns/templates/index.ts";
import type { Link, World } from "../context.ts";
import type { ExitCode } from "../exit-code.ts";
import { renderIssues } from "../issues-text.ts";
import type { Output } from "../output.ts";
import { readAssignments, readParameters, readTemplate, type Template } from "./read-template.ts";
import { writeDefinition } from "./write-file.ts";

export interface InstantiateFlags {
  readonly set?: readonly string[];
  readonly parameters?: string;
  readonly name?: string;
  readonly output?: string;
}

/** `heddle pattern instantiate`: a pattern made of a template is written to a file, or registered. */
export async function instantiateTemplate(
  world: World,
  link: Link,
  output: Output,
  request: InstantiateFlags & { readonly template: string },
): Promise<ExitCode> {
  const texts = readAssignments(request.set ?? []);
  const values = await readParameters(request.parameters, world);
  const template = await readTemplate(world, link, request.template);
  const made = instantiatePattern(template.source, {
    ...{ texts, values },
    ...(request.name === undefined ? {} : { name: request.name }),
  });
  const lines = renderIssues(template.label, made.issues, template.text);
  if (made.accepted === undefined) {
    const refused = { status: "refused", file: template.label, issues: made.issues };
    output.result(refused, [...lines, `${template.label}: not instantiated`].join("\n"));
    return 1;
  }
  for (const line of lines) output.note(line);
  const { accepted } = made;
  const head = headOf(accepted, made);
  if (request.output === undefined) return register(link, output, { accepted, head, template });
  await writeDefinition(accepted.definition, request.output, world.cwd);
  output.result({ ...head, file: request.output }, `wrote  ${request.output}  ${textOf(accepted)}`);
  return 0;
}

function headOf({ plan, digest }: AcceptedPattern, { parameters }: Instantiated): JsonObject {
  return { name: plan.name, version: plan.version, digest, parameters };
}

function textOf({ plan, digest }: AcceptedPattern): string {
  return `${plan.name} ${plan.version}  ${digest.slice(0, 12)}`;
}

async function register(
  link: Link,
  output: Output,
  made: {
    readonly accepted: AcceptedPattern;
    readonly head: JsonObject;
    readonly template: Template;
  },
): Promise<ExitCode> {
  const { accepted, head, template } = made;
  const { definition, plan } = accepted;
  const { sourceFile } = template;
  const registry = await link.registry();
  const { pattern, created } = await registry.registerPattern({
    ...{ definition, plan },
    ...(sourceFile === undefined ? {} : { sourceFile }),
  });
  const { status } = pattern;
  output.result(
    { ...head, status, created },
    `${created ? "registered" : "unchanged"}  ${textOf(accepted)}`,
  );
  return 0;
}
