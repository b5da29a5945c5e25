/**
 * Waits for a promise, at most `waitMs` milliseconds. After that the work still runs: its owner has to end it.
 * @throws the error that `timeoutError` makes when the time is up; the rejection of the promise
 */
export async function within<T>(waitMs: number, work: Promise<T>, timeoutError: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(timeoutError()), waitMs);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
