/** Whether a list lets an address through; without a list every address is. */
export function isUrlAllowed(url: string, patterns: readonly string[] | undefined): boolean {
  return patterns?.some((pattern) => coversUrl(pattern, url)) !== false;
}

/** Hosts are compared without regard to case; a star stands for any characters. */
function coversUrl(pattern: string, url: string): boolean {
  const source = lowerHost(pattern)
    .split(/\*+/)
    .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"))
    .join("[^]*?");
  return new RegExp(`^${source}$`).test(lowerHost(url));
}

function lowerHost(url: string): string {
  return url.replace(/^[^/]*\/\/[^/]*/, (start) => start.toLowerCase());
}
