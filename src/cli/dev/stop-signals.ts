/** The wish to stop, from Ctrl-C or from whoever manages the process. */
export interface StopSignals {
  /** Aborted at the first signal. */
  readonly signal: AbortSignal;
  /** Resolves at the first signal, with its name. */
  readonly requested: Promise<string>;
  /** Lets signals have their usual effect again. */
  readonly close: () => void;
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** The first signal asks for an orderly end; a second one does not wait for it. */
export function listenForStop(
  host: Pick<NodeJS.Process, "on" | "off" | "exit">,
  onStop: (name: string) => void,
): StopSignals {
  const controller = new AbortController();
  const requested = new Promise<string>((resolve) => {
    controller.signal.addEventListener("abort", () => {
      resolve(String(controller.signal.reason));
    });
  });
  const handlers = SIGNALS.map((name) => {
    const handle = (): void => {
      if (controller.signal.aborted) host.exit(name === "SIGINT" ? 130 : 143);
      onStop(name);
      controller.abort(name);
    };
    host.on(name, handle);
    return [name, handle] as const;
  });
  return {
    signal: controller.signal,
    requested,
    close() {
      for (const [name, handle] of handlers) host.off(name, handle);
    },
  };
}
