/** A value that is made on the first request, and made anew only if that failed. */
export interface Once<T> {
  readonly get: () => Promise<T>;
  /** What was made, if anything was, and did not fail. */
  readonly started: () => Promise<T> | undefined;
}

export function createOnce<T>(make: () => Promise<T>): Once<T> {
  let made: Promise<T> | undefined;
  return {
    get() {
      made ??= make().catch((thrown: unknown) => {
        made = undefined;
        throw thrown;
      });
      return made;
    },
    started: () => made,
  };
}
