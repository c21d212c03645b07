/** Where a command's words go. The only user of the process's streams in the CLI, so that tests can listen instead. */
export interface Output {
  /** Results are JSON, one object per line. */
  readonly json: boolean;
  /** The diagnostics stream is a terminal that can be redrawn. */
  readonly interactive: boolean;
  /** The command's answer, on stdout: `value` as one line of JSON with `--json`, else `text`. */
  result(value: unknown, text: string): void;
  /** A diagnostic, on stderr, whole lines only. */
  note(text: string): void;
  /** Replaces the live picture on stderr; an empty text removes it. */
  draw(text: string): void;
}

export interface Streams {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly interactive: boolean;
  /** Redraws the last lines of a terminal; only used when `interactive`. */
  readonly redraw: (text: string) => void;
}

export function createOutput(streams: Streams, json: boolean): Output {
  let picture = "";
  const draw = (text: string): void => {
    if (!streams.interactive || text === picture) return;
    picture = text;
    streams.redraw(text);
  };
  // A line written into the middle of a live picture would be overdrawn: take the picture away first.
  const above = (write: () => void): void => {
    const kept = picture;
    draw("");
    write();
    draw(kept);
  };
  return {
    json,
    interactive: streams.interactive,
    result(value, text) {
      above(() => {
        streams.stdout(`${json ? JSON.stringify(value) : text}\n`);
      });
    },
    note(text) {
      above(() => {
        streams.stderr(`${text}\n`);
      });
    },
    draw,
  };
}
