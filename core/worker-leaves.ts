import { WorkFilesLost } from './file-errors.ts';

/**
 * The worker was told to stop and hands the hour back: its files go with it, so another worker begins with extract. Of the
 * type of lost work files, which older versions know how to go on from.
 */
export class WorkerLeaves extends WorkFilesLost {
  constructor() {
    super('the worker was told to stop, and hands the hour back');
  }
}

/** In the details of a failure: the worker hands the hour back. Nothing is damaged, and nobody listens on its queue. */
export interface HandedBackDetail {
  readonly handedBack: true;
}
