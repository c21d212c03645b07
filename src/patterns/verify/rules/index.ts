import type { Rule } from "../rule.ts";
import { atLeastTooLarge } from "./at-least-too-large.ts";
import { cycle } from "./cycle.ts";
import { duplicateId } from "./duplicate-id.ts";
import { expressionProblems } from "./expression-problems.ts";
import { joinImpossible } from "./join-impossible.ts";
import { maybeUnset } from "./maybe-unset.ts";
import { minMax } from "./min-max.ts";
import { noAgents } from "./no-agents.ts";
import { noSteps } from "./no-steps.ts";
import { nonAncestor } from "./non-ancestor.ts";
import { unknownName } from "./unknown-name.ts";
import { unknownRole } from "./unknown-role.ts";
import { unknownStep } from "./unknown-step.ts";
import { unreachableStep } from "./unreachable-step.ts";
import { unusedRole } from "./unused-role.ts";

/** Every rule of the verifier. Issues of one place keep this order: what cannot work before what looks odd. */
export const RULES: readonly Rule[] = [
  noSteps,
  noAgents,
  duplicateId,
  unknownStep,
  nonAncestor,
  cycle,
  unknownRole,
  ...expressionProblems,
  unknownName,
  minMax,
  atLeastTooLarge,
  joinImpossible,
  unreachableStep,
  maybeUnset,
  unusedRole,
];
