import { join } from 'node:path';
import { archiveLimits } from '../amplitude/limits.ts';
import type { ParsedMember } from '../amplitude/parsed-hour.ts';
import { parseHourOffThread } from '../amplitude/parse-off-thread.ts';
import type { Redact } from '../core/redact.ts';
import { runAttempt, type Attempt } from './attempt.ts';
import type { HourInput } from './hour-input.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { ARCHIVE_FILE, removeParsed, writeParsed } from './work-files.ts';

/** What parse found, in numbers; the rest stays in the work folder. */
export interface Parsed {
  readonly members: number;
  readonly events: number;
  readonly rejected: number;
  /** Events whose `server_upload_time` is a time outside the hour window. */
  readonly outsideWindow: number;
  readonly unpackedBytes: number;
}

/**
 * Unpacks and checks every line of the hour's archive, off the main thread. Runs where extract left the files; `sha256`
 * is that of the archive which extract checked.
 */
export async function parse(
  dependencies: ActivityDependencies,
  input: HourInput & { readonly folder: string; readonly sha256: string },
): Promise<Parsed> {
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
  { settings }: ActivityDependencies,
  { signal, log, say }: Attempt,
  folder: string,
  { window, sha256 }: HourInput & { readonly sha256: string },
): Promise<Parsed> {
  say({ step: 'parsing' });
  const { maxLineBytes, redact } = settings;
  const archive = join(folder, ARCHIVE_FILE);
  const parsed = await parseHourOffThread(
    { window, archive, folder, sha256, maxLineBytes, limits: archiveLimits },
    ({ unpackedBytes, events }) => say({ step: 'parsing', bytes: unpackedBytes, events }),
    signal,
  );
  const hour = { ...parsed, members: parsed.members.map((member) => withoutSecrets(member, redact)) };
  for (const { name, bytes, events, rejected } of hour.members) {
    const detail = rejected === 0 ? {} : { detail: `${rejected} lines rejected` };
    log.add({ operation: 'parse-member', item: name, bytes, events, outcome: 'ok', ...detail });
  }
  await writeParsed(folder, hour);
  const { members, events, rejected, outsideWindow, unpackedBytes } = hour;
  return { members: members.length, events, rejected, outsideWindow, unpackedBytes };
}

/** Members are named by the source, which knows our keys; the manifest takes these names over. */
function withoutSecrets(member: ParsedMember, redact: Redact): ParsedMember {
  return { ...member, name: redact(member.name) };
}
