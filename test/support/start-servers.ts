import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ProvidedContext } from 'vitest';
import type { TestProject } from 'vitest/node';

import { startStack } from '../../local/stack.ts';
import type { S3Access } from '../../local/s3-access.ts';
import type { S3ServerKind } from '../../local/s3-server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Host and port of the Temporal server that all suites share. */
    temporalAddress: string;
    /** The S3 server that all suites share; each makes buckets of its own. */
    s3: S3Access & { kind: S3ServerKind };
  }
}

/**
 * Vitest's global set-up: one Temporal server and one S3 server (`S3_SERVER`, by default seaweedfs) for the whole run,
 * in a temporary folder. Returns the tear-down, which also removes the folder.
 */
export default async function startServers(project: TestProject): Promise<() => Promise<void>> {
  const kind = s3ServerKind(process.env['S3_SERVER'] ?? 'seaweedfs');
  const dataDir = await mkdtemp(join(tmpdir(), 'amplitude-export-test-'));
  const removeData = () => rm(dataDir, { recursive: true, force: true });
  try {
    const stack = await startStack({ dataDir, s3: kind, report: (line) => console.log(line) });
    const { endpoint, region, accessKey, secretKey } = stack.s3;
    project.provide('temporalAddress', stack.temporal.address);
    const s3: ProvidedContext['s3'] = { kind, endpoint, region, accessKey, secretKey };
    project.provide('s3', s3);
    return async () => {
      await stack.stop();
      await removeData();
    };
  } catch (thrown) {
    await removeData();
    throw thrown;
  }
}

function s3ServerKind(name: string): S3ServerKind {
  if (name === 'seaweedfs' || name === 'versitygw') return name;
  throw new Error(`S3_SERVER=${name}: it must be seaweedfs or versitygw`);
}
