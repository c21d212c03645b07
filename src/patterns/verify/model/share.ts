import type { ShareDocument } from "../../document.ts";

/** How many of `total` a share asks for: a count, or `"50%"` rounded up. Nothing when it is not readable. */
export function shareOf(share: ShareDocument | undefined, total: number): number | undefined {
  if (typeof share === "number") return share;
  const percent = /^(\d{1,3}(?:\.\d{1,6})?)\s*%$/.exec(share?.trim() ?? "")?.[1];
  return percent === undefined ? undefined : Math.ceil((total * Number(percent)) / 100);
}
