/** A terminal's screen: what somebody sees after a program wrote to it. Knows the few sequences that log-update writes. */
import { Writable } from "node:stream";

export interface Screen {
  /** A stream that says of itself that it is a terminal. */
  readonly stream: NodeJS.WriteStream;
  /** The lines that are on the screen now, without empty ones at the end. */
  readonly lines: () => readonly string[];
}

const SEQUENCE = /\u001B\[(\?)?(\d*)([A-Za-z])/y;

export function createScreen(columns = 100, rows = 40): Screen {
  const rowsOfText: string[] = [""];
  const cursor = { row: 0, column: 0 };
  const put = (character: string): void => {
    const line = (rowsOfText[cursor.row] ?? "").padEnd(cursor.column);
    rowsOfText[cursor.row] =
      line.slice(0, cursor.column) + character + line.slice(cursor.column + character.length);
    cursor.column += character.length;
  };
  const control = (letter: string, count: number): void => {
    const line = rowsOfText[cursor.row] ?? "";
    if (letter === "A") cursor.row = Math.max(0, cursor.row - Math.max(1, count));
    else if (letter === "B") cursor.row += Math.max(1, count);
    else if (letter === "G") cursor.column = Math.max(0, count - 1);
    else if (letter === "K")
      rowsOfText[cursor.row] = count === 2 ? "" : line.slice(0, cursor.column);
    else if (letter === "J") rowsOfText.splice(cursor.row + 1);
    else throw new Error(`this screen does not know the sequence ${letter}`);
  };
  const write = (text: string): void => {
    for (let at = 0; at < text.length;) {
      SEQUENCE.lastIndex = at;
      const found = SEQUENCE.exec(text);
      const [whole = text.charAt(at), isPrivate, count = "", letter = ""] = found ?? [];
      if (whole === "\n") {
        cursor.row += 1;
        cursor.column = 0;
        rowsOfText[cursor.row] ??= "";
      } else if (whole === "\r") cursor.column = 0;
      else if (found === null) put(whole);
      else if (isPrivate === undefined) control(letter, Number(count));
      at += whole.length;
    }
  };
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      write(chunk);
      done();
    },
  });
  return {
    // as: what a program asks of a terminal beside writing
    stream: Object.assign(stream, { isTTY: true, columns, rows }) as unknown as NodeJS.WriteStream,
    lines: () => rowsOfText.join("\n").trimEnd().split("\n"),
  };
}
