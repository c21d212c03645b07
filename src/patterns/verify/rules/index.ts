import type { Rule } from "../rule.ts";
import { aliasNeverFires } from "./alias-never-fires.ts";
import { atLeastTooLarge } from "./at-least-too-large.ts";
import { compensationUnreachable } from "./compensation-unreachable.ts";
import { cycle } from "./cycle.ts";
import { deadlinePast } from "./deadline-past.ts";
import { duplicateHook } from "./duplicate-hook.ts";
import { duplicateId } from "./duplicate-id.ts";
import { expressionProblems } from "./expression-problems.ts";
import { expressionType } from "./expression-type.ts";
import { hookCycle } from "./hook-cycle.ts";
import { hookNeverMatches } from "./hook-never-matches.ts";
import { invalidMatcher } from "./invalid-matcher.ts";
import { invalidRegex } from "./invalid-regex.ts";
import { invalidSchema } from "./invalid-schema.ts";
import { joinImpossible } from "./join-impossible.ts";
import { maybeUnset } from "./maybe-unset.ts";
import { minMax } from "./min-max.ts";
import { neverEnds } from "./never-ends.ts";
import { noAgents } from "./no-agents.ts";
import { noSteps } from "./no-steps.ts";
import { nonAncestor } from "./non-ancestor.ts";
import { outputTypeMismatch } from "./output-type-mismatch.ts";
import { patternCycle } from "./pattern-cycle.ts";
import { retryExceedsTimeout } from "./retry-exceeds-timeout.ts";
import { schemaLoop } from "./schema-loop.ts";
import { secretLiteral } from "./secret-literal.ts";
import { timeoutExceedsParent } from "./timeout-exceeds-parent.ts";
import { unknownBuiltin } from "./unknown-builtin.ts";
import { unknownHandler } from "./unknown-handler.ts";
import { uselessCancel } from "./useless-cancel.ts";
import { uselessJoin } from "./useless-join.ts";
import { localTooLong } from "./local-too-long.ts";
import { hardLimit } from "./hard-limit.ts";
import { unknownName } from "./unknown-name.ts";
import { unknownParameter } from "./unknown-parameter.ts";
import { unknownPattern } from "./unknown-pattern.ts";
import { unknownPoint } from "./unknown-point.ts";
import { unknownRole } from "./unknown-role.ts";
import { unknownStep } from "./unknown-step.ts";
import { unreachableStep } from "./unreachable-step.ts";
import { unsupported } from "./unsupported.ts";
import { unusedOutput } from "./unused-output.ts";
import { unusedParameter } from "./unused-parameter.ts";
import { unusedRole } from "./unused-role.ts";
import { wrongModel } from "./wrong-model.ts";

/** Every rule of the verifier. Issues of one place keep this order: what cannot work before what looks odd. */
export const RULES: readonly Rule[] = [
  noSteps,
  noAgents,
  duplicateId,
  unknownStep,
  nonAncestor,
  cycle,
  patternCycle,
  unknownRole,
  unknownBuiltin,
  unknownHandler,
  unknownPattern,
  unknownParameter,
  ...expressionProblems,
  unknownName,
  expressionType,
  outputTypeMismatch,
  invalidRegex,
  invalidSchema,
  schemaLoop,
  minMax,
  hardLimit,
  atLeastTooLarge,
  joinImpossible,
  uselessJoin,
  wrongModel,
  unreachableStep,
  uselessCancel,
  maybeUnset,
  duplicateHook,
  hookCycle,
  unknownPoint,
  invalidMatcher,
  aliasNeverFires,
  hookNeverMatches,
  retryExceedsTimeout,
  timeoutExceedsParent,
  deadlinePast,
  neverEnds,
  localTooLong,
  compensationUnreachable,
  secretLiteral,
  unusedRole,
  unusedOutput,
  unusedParameter,
  unsupported,
];
