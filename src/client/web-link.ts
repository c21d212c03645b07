/** The page of one run in the Temporal Web UI. */
export function webLinkOf(place: {
  readonly webUrl: string;
  readonly namespace: string;
  readonly workflowId: string;
  readonly runId?: string;
}): string {
  const base = place.webUrl.replace(/\/+$/, "");
  const path = ["namespaces", place.namespace, "workflows", place.workflowId]
    .concat(place.runId === undefined ? [] : [place.runId])
    .map((part) => encodeURIComponent(part));
  return `${base}/${path.join("/")}`;
}
