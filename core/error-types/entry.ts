/**
 * What happens after a failure: the activity is retried (`retry`), the hour starts again from extract (`restart`), or it
 * is given up (`final`).
 */
type Remedy = 'retry' | 'restart' | 'final';

/**
 * What is said of one type of error, true wherever it is thrown: what happens, why it came to that, and the next step of
 * a person. The last two are plain text, sentences; a message has what is special to its case and does not repeat them.
 */
export interface ErrorEntry {
  readonly remedy: Remedy;
  readonly reason: string;
  readonly whatToDo: string;
}
