import type { CapturedText } from "./output-capture.ts";

/** What every ending of a started command has in common. */
export interface CommandOutput {
  readonly stdout: CapturedText;
  readonly stderr: CapturedText;
  readonly ms: number;
}

/** How a command ended. Only `exited` is an answer of the command itself. */
export type CommandResult =
  | CommandExited
  /** Never ran: no such program, not executable, no such folder, too many arguments. */
  | (CommandOutput & {
      readonly kind: "notStarted";
      readonly reason: string;
      readonly notFound: boolean;
      /** Not even tried: the worker's strict mode does not allow it. */
      readonly refused?: true;
      /** The shell's own 126 or 127. */
      readonly exitCode?: number;
    })
  | (CommandOutput & { readonly kind: "timedOut"; readonly timeoutMs: number })
  | (CommandOutput & { readonly kind: "cancelled" });

export interface CommandExited extends CommandOutput {
  readonly kind: "exited";
  /** 128 + the signal's number when a signal ended the process, as shells report it. */
  readonly exitCode: number;
  readonly signal?: NodeJS.Signals;
  /** A process it left behind held the output open; that process was killed. */
  readonly leftovers: boolean;
}
