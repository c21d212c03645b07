/**
 * At most `limit` leaf steps work at once in a whole run. First come, first served; steps that become ready together
 * come in declaration order, so ties are decided by the document. While closed, nothing is granted.
 */
export interface Slots {
  request(grant: () => void): void;
  release(): void;
  close(): void;
  open(): void;
}

export function createSlots(limit: number): Slots {
  let free = limit;
  let closed = false;
  let head = 0;
  let waiting: (() => void)[] = [];

  const pump = (): void => {
    while (!closed && free > 0 && head < waiting.length) {
      const grant = waiting[head];
      head += 1;
      // Compact now and then: shifting an array of 20,000 waiters at each grant would be quadratic.
      if (head > 1024 && head * 2 > waiting.length) {
        waiting = waiting.slice(head);
        head = 0;
      }
      free -= 1;
      grant?.();
    }
  };
  return {
    request(grant) {
      waiting.push(grant);
      pump();
    },
    release() {
      free += 1;
      pump();
    },
    close() {
      closed = true;
    },
    open() {
      closed = false;
      pump();
    },
  };
}
