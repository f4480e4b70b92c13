/** How many requests a mini program may have under way (`wx.request`, "使用限制"); more of them fail on older base libraries. */
export const platformConcurrency = 10;

/** So many may wait; more mean a loop in the app. */
const maxWaiting = 1_000;

export interface Queue {
  /**
   * Runs the task when a place is free, urgent ones first. `full()` is the error when too many wait. The returned `leave` takes a task out that has
   * not begun; it tells whether it did.
   */
  run<T>(task: () => Promise<T>, urgent: boolean, full: () => Error): { readonly done: Promise<T>; leave(): boolean };
}

/** Lets at most `places` tasks run at a time, in order of arrival. */
export function createQueue(places: number): Queue {
  const waiting: (() => void)[] = [];
  let running = 0;

  const next = (): void => {
    if (running >= places) return;
    const start = waiting.shift();
    if (start === undefined) return;
    running += 1;
    start();
  };

  return {
    run<T>(task: () => Promise<T>, urgent: boolean, full: () => Error) {
      let start: () => void = () => undefined;
      const done = new Promise<T>((resolve, reject) => {
        if (waiting.length >= maxWaiting && !urgent) return reject(full());
        const release = (): void => {
          running -= 1;
          next();
        };
        start = () =>
          void task().then(
            (value) => {
              release();
              resolve(value);
            },
            (reason) => {
              release();
              reject(reason);
            },
          );
        if (urgent) waiting.unshift(start);
        else waiting.push(start);
        next();
      });
      return {
        done,
        leave() {
          const at = waiting.indexOf(start);
          if (at === -1) return false;
          waiting.splice(at, 1);
          return true;
        },
      };
    },
  };
}
