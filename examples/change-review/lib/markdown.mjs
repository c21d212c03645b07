/** Puts untrusted words (file names, code, commit subjects) into Markdown so that they stay words. */

/** Inline code, whatever the text holds; line breaks and other control characters become visible. */
export function code(text) {
  const visible = text.replace(/[\u0000-\u001f\u007f]/g, visibleControl);
  const runs = visible.match(/`+/g)?.map((run) => run.length) ?? [];
  let fence = "`";
  while (runs.includes(fence.length)) fence += "`";
  const pad = /^[` ]|[` ]$/.test(visible) || visible === "" ? " " : "";
  // GitHub splits table cells before it reads code, so a bar is escaped even there.
  return `${fence}${pad}${visible.replaceAll("|", "\\|")}${pad}${fence}`;
}

/** Prose from elsewhere: nothing in it becomes a link, a tag or emphasis. */
export function plain(text) {
  return text
    .replace(/[\u0000-\u001f\u007f]/g, visibleControl)
    .replace(/[\\`*_[\]<>|#&~]/g, "\\$&");
}

/** A table of cells that are Markdown already. */
export function table(head, rows) {
  if (rows.length === 0) return [];
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

function visibleControl(character) {
  return String.fromCodePoint(character === "\u007f" ? 0x2421 : 0x2400 + character.codePointAt(0));
}
