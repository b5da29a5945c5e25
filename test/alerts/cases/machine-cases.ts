import type { AlertCase } from '../alert-case.ts';

/** The disk of the workers. */
export const diskCase: AlertCase = {
  alert: 'AmplitudeExportDiskNearlyFull',
  fault: 'other data fills the disk to 94 %',
  cause: async ({ disk }) => {
    await disk.fill();
    return () => disk.empty();
  },
};

/** The workers themselves. */
export const workerCase: AlertCase = {
  alert: 'AmplitudeExportNoWorker',
  fault: 'both workers are killed',
  cause: async ({ workers }) => {
    await workers.kill();
    return workers.start;
  },
};
