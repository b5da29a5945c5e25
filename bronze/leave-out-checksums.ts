import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { storageFailure } from './storage-errors.ts';
import type { StoreFeatures } from './store-features.ts';

/** The fields of a request that become checksum headers: those of what is sent, and the one that asks for those kept. */
const SENT_FIELDS = ['ChecksumAlgorithm', 'ChecksumCRC64NVME', 'ChecksumType'];
const ASKED_FIELDS = ['ChecksumMode'];

const ALL_FIELDS = [...SENT_FIELDS, ...ASKED_FIELDS];

/** How stores refuse a header that they do not know. */
const HEADER_REFUSALS = new Set(['InvalidArgument', 'InvalidRequest', 'NotImplemented']);

/**
 * Sends no checksum headers where the user asks for none (`AWS_REQUEST_CHECKSUM_CALCULATION=WHEN_REQUIRED`) or the store
 * refuses them: a request that is refused is sent once more without them, and if that is taken, so are all others from
 * then on. A body that is a stream cannot be sent twice, so the probe, whose bodies are texts, has to come first.
 */
export function leaveOutRefusedChecksums(client: S3Client, features: StoreFeatures): void {
  const { requestChecksumCalculation, responseChecksumValidation } = client.config;
  client.config.requestChecksumCalculation = async () =>
    features.checksumHeaders ? requestChecksumCalculation() : 'WHEN_REQUIRED';
  client.config.responseChecksumValidation = async () =>
    features.checksumHeaders ? responseChecksumValidation() : 'WHEN_REQUIRED';

  const unwanted = async (): Promise<readonly string[]> => [
    ...((await client.config.requestChecksumCalculation()) === 'WHEN_REQUIRED' ? SENT_FIELDS : []),
    ...((await client.config.responseChecksumValidation()) === 'WHEN_REQUIRED' ? ASKED_FIELDS : []),
  ];
  client.middlewareStack.add(
    (next) => async (args) => {
      const left = await unwanted();
      try {
        return await next({ ...args, input: without(args.input, left) });
      } catch (error) {
        const isStream = 'Body' in args.input && args.input.Body instanceof Readable;
        if (isStream || left.length === ALL_FIELDS.length || !isHeaderRefused(error)) throw error;
        const known = features.checksumHeaders;
        features.checksumHeaders = false;
        try {
          return await next({ ...args, input: without(args.input, ALL_FIELDS) });
        } catch (second) {
          // Refused in the same way without them: it was not the headers.
          if (isHeaderRefused(second)) features.checksumHeaders = known;
          throw second;
        }
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
