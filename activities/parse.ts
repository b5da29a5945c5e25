import { join } from 'node:path';
import { archiveLimits } from '../amplitude/limits.ts';
import type { ParsedMember } from '../amplitude/parsed-hour.ts';
import { parseHour } from '../amplitude/parse-hour.ts';
import type { Checksums } from '../core/checksum.ts';
import type { Redact } from '../core/redact.ts';
import { runAttempt, type Attempt } from './attempt.ts';
import type { HourInput } from './hour-input.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { parquetOperation } from './parquet-operation.ts';
import { ARCHIVE_FILE, removeParsed, writeParsed } from './work-files.ts';

/** The counts of a parse; the lines stay in the work folder. */
export interface Parsed {
  readonly members: number;
  readonly events: number;
  readonly rejected: number;
  /** Events whose `server_upload_time` is a time outside the hour window. */
  readonly outsideWindow: number;
  readonly unpackedBytes: number;
}

/** The work folder of an hour, the checksums of the archive in it that extract checked, and when it was requested. */
interface ParseInput extends HourInput {
  readonly folder: string;
  readonly archive: Checksums;
  readonly fetchedAt: string;
}

/**
 * Unpacks the hour's archive, checks every line, and writes the Parquet files if OUTPUTS asks for them, in the worker's
 * parse threads. It runs on the worker that has the files.
 */
export async function parse(dependencies: ActivityDependencies, input: ParseInput): Promise<Parsed> {
  return runAttempt(dependencies, input, (attempt) =>
    dependencies.workDir.hourFolders.use(input.folder, async ({ path }) => {
      try {
        return await parseArchive(dependencies, attempt, path, input);
      } catch (error) {
        await removeParsed(path).catch(() => undefined);
        throw error;
      }
    }),
  );
}

async function parseArchive(
  { settings, parsePool }: ActivityDependencies,
  { signal, log, say }: Attempt,
  folder: string,
  { window, archive: raw, fetchedAt }: ParseInput,
): Promise<Parsed> {
  say({ step: 'parsing' });
  const { maxLineBytes, redact, wantedOutputs } = settings;
  const archive = join(folder, ARCHIVE_FILE);
  const task = { window, archive, folder, raw, maxLineBytes, limits: archiveLimits };
  const parsed = await parseHour(
    wantedOutputs.includes('parquet') ? { ...task, parquet: { extractedAt: fetchedAt } } : task,
    parsePool,
    ({ step, unpackedBytes, events }) => say({ step, bytes: unpackedBytes, events }),
    signal,
  );
  const hour = { ...parsed, members: parsed.members.map((member) => withoutSecrets(member, redact)) };
  for (const { name, bytes, events, rejected } of hour.members) {
    const detail = rejected === 0 ? {} : { detail: `${rejected} lines rejected` };
    log.add({ operation: 'parse-member', item: name, bytes, events, outcome: 'ok', ...detail });
  }
  for (const part of hour.parquet) log.add(parquetOperation(part));
  await writeParsed(folder, hour);
  const { members, events, rejected, outsideWindow, unpackedBytes } = hour;
  return { members: members.length, events, rejected, outsideWindow, unpackedBytes };
}

/** The source names the members and knows our keys. The manifest has these names. */
function withoutSecrets(member: ParsedMember, redact: Redact): ParsedMember {
  return { ...member, name: redact(member.name) };
}
