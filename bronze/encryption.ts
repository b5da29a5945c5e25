import type { S3Client } from '@aws-sdk/client-s3';
import type { Encryption } from './bucket-address.ts';

/** The commands that begin an object; the parts of an upload are encrypted as the upload is. */
const MAKES_OBJECT = new Set(['PutObjectCommand', 'CreateMultipartUploadCommand']);

/** Makes a client ask for encryption with every object that it stores. */
export function encryptObjects(client: S3Client, encryption: Encryption): void {
  const keyId = encryption.algorithm === 'aws:kms' ? encryption.keyId : undefined;
  const parameters = {
    ServerSideEncryption: encryption.algorithm,
    ...(keyId !== undefined && { SSEKMSKeyId: keyId }),
  };
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) =>
        next(MAKES_OBJECT.has(commandName) ? { ...args, input: { ...args.input, ...parameters } } : args),
    { name: 'encryptObjects', step: 'initialize' },
  );
}
