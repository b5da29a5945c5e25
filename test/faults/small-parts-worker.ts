import { sourceTimeouts } from '../../amplitude/limits.ts';
import { storageLimits } from '../../bronze/limits.ts';
import { workerSettings } from '../../config/settings.ts';
import { runWorker } from '../../worker/run-worker.ts';

/** The smallest part that S3 accepts, in bytes. Source: the S3 User Guide, "Amazon S3 multipart upload limits". */
const PART_BYTES = 5 * 1024 * 1024;

// `amplitude-export worker`, but with multipart uploads from a twelfth of the usual size on, and with short timeouts.
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
