import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Longest text of a hook that reaches the model as it is. */
const MAX_CHARACTERS = 10_000;
const PREVIEW_CHARACTERS = 2000;

/** A folder of the session, made when it is first needed. */
export interface Scratch {
  /** A file of its own; the name tells what it is for. */
  file(name: string): Promise<string>;
  folder(): Promise<string>;
  /** The text itself, or a preview that says where the whole is. */
  spill(text: string): Promise<string>;
  /** Removes the folder, unless a text in it is still spoken of. */
  close(): Promise<void>;
}

export function createScratch(): Scratch {
  let made: Promise<string> | undefined;
  let files = 0;
  let isNeeded = false;
  const folder = (): Promise<string> => (made ??= mkdtemp(join(tmpdir(), "heddle-hooks-")));
  const file = async (name: string): Promise<string> => {
    files += 1;
    const path = join(await folder(), `${files}-${name}`);
    await writeFile(path, "");
    return path;
  };
  return {
    file,
    folder,
    async spill(text) {
      if (text.length <= MAX_CHARACTERS) return text;
      const path = await file("output.txt");
      await writeFile(path, text);
      isNeeded = true;
      return (
        `The output is too long (${text.length} characters). The whole of it is in ${path}\n\n` +
        `Preview:\n${text.slice(0, PREVIEW_CHARACTERS)}\n...`
      );
    },
    async close() {
      if (made !== undefined && !isNeeded) await rm(await made, { recursive: true, force: true });
    },
  };
}
