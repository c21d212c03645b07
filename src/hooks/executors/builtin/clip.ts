/** Cuts a text to so many characters and says that it did. */
export function clip(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}... (truncated)`;
}
