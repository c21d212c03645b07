import { CancellationScope, isCancellation } from "@temporalio/workflow";

import { toEffectFailure } from "./effect-failure.ts";
import type { Canceller } from "./interpreter/canceller.ts";
import { EffectCancelled } from "./interpreter/effects.ts";

/** Runs the work of an effect, which `cancel` cancels. `ended` is called before whoever waits goes on. */
export type Within = <T>(
  cancel: Canceller,
  work: () => Promise<T>,
  options: { readonly attempts: number; readonly ended?: () => void },
) => Promise<T>;

/** A scope for each effect. */
export function createScopes(root: CancellationScope): Within {
  return async (cancel, work, { attempts, ended }) => {
    if (cancel.cancelled) throw new EffectCancelled();
    const scope = new CancellationScope({ cancellable: true, parent: root });
    const forget = cancel.onCancel(() => {
      scope.cancel();
    });
    try {
      return await scope.run(() => {
        const working = work();
        // A side branch: one more await would change the order of commands.
        if (ended !== undefined) working.then(ended, ended);
        return working;
      });
    } catch (error) {
      throw toEnding(error, attempts);
    } finally {
      forget();
    }
  };
}

/**
 * The same with one promise besides those of the work, where the other has nine: the SDK tracks each with a stack trace of
 * tens of microseconds. A scope that nobody cancelled is as good as new, and so it is used again.
 */
export function createLeanScopes(root: CancellationScope): Within {
  const free: CancellationScope[] = [];
  return (cancel, work, { attempts, ended }) => {
    if (cancel.cancelled) return Promise.reject(new EffectCancelled());
    const scope = free.pop() ?? new LeanScope({ cancellable: true, parent: root });
    const forget = cancel.onCancel(() => {
      scope.cancel();
    });
    const end = (): void => {
      forget();
      ended?.();
      if (!scope.consideredCancelled) free.push(scope);
    };
    return scope.run(work).then(
      (value) => {
        end();
        return value;
      },
      (error: unknown) => {
        end();
        throw toEnding(error, attempts);
      },
    );
  };
}

class LeanScope extends CancellationScope {
  /** An effect has no time limit of its scope's own, for which the SDK would wait in two more promises. */
  protected override runInContext<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }
}

function toEnding(error: unknown, attempts: number): Error {
  return isCancellation(error) ? new EffectCancelled() : toEffectFailure(error, attempts);
}
