/** How a handler ended, as far as the contract tells endings apart. */
export type HandlerEnding =
  | {
      readonly kind: "exited";
      readonly exitCode: number;
      readonly stdout: string;
      readonly stderr: string;
    }
  /** A 2xx answer of an HTTP handler. */
  | { readonly kind: "responded"; readonly body: string }
  /** The answer to a question; `impossible`: asking again cannot help, `goesOn`: a refusal leaves the turn going. */
  | {
      readonly kind: "judged";
      readonly ok: boolean;
      readonly reason: string;
      readonly impossible: boolean;
      readonly goesOn: boolean;
    }
  /** Could not start, no connection, another status, no model, no such server. */
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "timedOut"; readonly message: string };
