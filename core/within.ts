/**
 * Waits for a promise, at most so many milliseconds. What is waited for goes on all the same: whoever started it ends it.
 * @throws what `late` makes when the time is up; what the promise is rejected with
 */
export async function within<T>(waitMs: number, work: Promise<T>, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(late()), waitMs);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
