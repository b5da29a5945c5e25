import { AsyncLocalStorage } from 'node:async_hooks';
import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { storageFailure } from './storage-errors.ts';
import type { StoreFeatures } from './store-features.ts';

/**
 * The request fields that become checksum headers: those about the bytes sent, and the one that asks for the stored
 * checksum.
 */
const SENT_FIELDS = ['ChecksumAlgorithm', 'ChecksumCRC64NVME', 'ChecksumType'];
const ASKED_FIELDS = ['ChecksumMode'];

const ALL_FIELDS = [...SENT_FIELDS, ...ASKED_FIELDS];

/** The errors by which stores refuse a header that they do not know. */
const HEADER_REFUSALS = new Set(['InvalidArgument', 'InvalidRequest', 'NotImplemented']);

/**
 * Sends no checksum headers if the user asks for none (`AWS_REQUEST_CHECKSUM_CALCULATION=WHEN_REQUIRED`) or the store
 * refuses them. A refused request is sent once more without them; if it succeeds, all later requests go without them
 * too. A stream cannot be sent twice, so the probe, whose bodies are texts, has to run first.
 */
export function leaveOutRefusedChecksums(client: S3Client, features: StoreFeatures): void {
  const { requestChecksumCalculation, responseChecksumValidation } = client.config;
  // Only for the request that is tried without headers: other requests in progress keep theirs.
  const trial = new AsyncLocalStorage<true>();
  const areLeftOut = (): boolean => !features.checksumHeaders || trial.getStore() === true;
  client.config.requestChecksumCalculation = async () =>
    areLeftOut() ? 'WHEN_REQUIRED' : requestChecksumCalculation();
  client.config.responseChecksumValidation = async () =>
    areLeftOut() ? 'WHEN_REQUIRED' : responseChecksumValidation();

  const unwanted = async (): Promise<readonly string[]> => [
    ...((await client.config.requestChecksumCalculation()) === 'WHEN_REQUIRED' ? SENT_FIELDS : []),
    ...((await client.config.responseChecksumValidation()) === 'WHEN_REQUIRED' ? ASKED_FIELDS : []),
  ];
  client.middlewareStack.add(
    (next) => async (args) => {
      const omitted = await unwanted();
      try {
        return await next({ ...args, input: without(args.input, omitted) });
      } catch (error) {
        const isStream = 'Body' in args.input && args.input.Body instanceof Readable;
        if (isStream || omitted.length === ALL_FIELDS.length || !isHeaderRefused(error)) throw error;
        const tried = await trial
          .run(true, () => next({ ...args, input: without(args.input, ALL_FIELDS) }))
          .then(
            (output) => ({ output }),
            (refusal: unknown) => ({ refusal }),
          );
        // It is refused without headers too, so the headers were not the cause.
        if ('refusal' in tried && isHeaderRefused(tried.refusal)) throw error;
        features.checksumHeaders = false;
        features.checksumsChecked = false;
        if ('refusal' in tried) throw tried.refusal;
        return tried.output;
      }
    },
    { step: 'initialize', name: 'leaveOutRefusedChecksums' },
  );
}

function without<T extends object>(input: T, names: readonly string[]): T {
  return Object.fromEntries(Object.entries(input).filter(([name]) => !names.includes(name))) as T;
}

function isHeaderRefused(error: unknown): boolean {
  return HEADER_REFUSALS.has(storageFailure(error).name);
}
