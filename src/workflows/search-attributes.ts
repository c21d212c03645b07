import { defineSearchAttributeKey, SearchAttributeType } from "@temporalio/common";
import { upsertSearchAttributes } from "@temporalio/workflow";

import type { LoadedPlan } from "../activities/contract.ts";
import { SEARCH_ATTRIBUTES } from "./messages.ts";

const PATTERN = defineSearchAttributeKey(SEARCH_ATTRIBUTES.pattern, SearchAttributeType.KEYWORD);
const VERSION = defineSearchAttributeKey(SEARCH_ATTRIBUTES.version, SearchAttributeType.KEYWORD);
const SESSION = defineSearchAttributeKey(SEARCH_ATTRIBUTES.session, SearchAttributeType.KEYWORD);
const STATUS = defineSearchAttributeKey(SEARCH_ATTRIBUTES.status, SearchAttributeType.KEYWORD);
const LABELS = defineSearchAttributeKey(SEARCH_ATTRIBUTES.labels, SearchAttributeType.KEYWORD_LIST);

/** One upsert at the start and one at the end: each costs an event, so steps never set any. */
export function setStartAttributes({ plan, facts, options, searchAttributes }: LoadedPlan): void {
  if (!searchAttributes) return;
  upsertSearchAttributes([
    { key: PATTERN, value: plan.name },
    { key: VERSION, value: plan.version },
    { key: STATUS, value: "running" },
    ...(facts.session === undefined ? [] : [{ key: SESSION, value: facts.session }]),
    ...(options.labels === undefined ? [] : [{ key: LABELS, value: [...options.labels] }]),
  ]);
}

export function setStatusAttribute({ searchAttributes }: LoadedPlan, status: string): void {
  if (searchAttributes) upsertSearchAttributes([{ key: STATUS, value: status }]);
}
