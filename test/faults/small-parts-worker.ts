import { sourceTimeouts } from '../../amplitude/limits.ts';
import { storageLimits } from '../../bronze/limits.ts';
import { workerSettings } from '../../config/settings.ts';
import { runWorker } from '../../worker/run-worker.ts';

/** The smallest part that S3 takes. Source: the S3 User Guide, "Amazon S3 multipart upload limits". */
const PART_BYTES = 5 * 1024 * 1024;

// `amplitude-export worker`, but for objects that go up in parts from a tenth of the size on, and a short patience.
const settings = workerSettings(process.env);
const limits = {
  ...storageLimits,
  silenceMs: 2_000,
  multipartFromBytes: PART_BYTES,
  partBytes: PART_BYTES,
};
const source = { ...settings.source, timeouts: { ...sourceTimeouts, answerMs: 20_000, stallMs: 8_000 } };
await runWorker({ ...settings, source, bucket: { ...settings.bucket, limits } }, () =>
  console.log('worker ready'),
);
