import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { archiveLimits } from '../amplitude/limits.ts';
import type { ParsedHour, ParsedMember } from '../amplitude/parsed-hour.ts';
import { parseHourOffThread } from '../amplitude/parse-off-thread.ts';
import type { Redact } from '../core/redact.ts';
import { runAttempt, type HourInput } from './attempt.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { ARCHIVE_FILE } from './extract.ts';

/** What parse found, in numbers; the rest stays in the work folder. */
export interface Parsed {
  readonly members: number;
  readonly events: number;
  readonly rejected: number;
  readonly unpackedBytes: number;
}

/** What parse leaves for upload in the work folder: a `ParsedHour` as JSON. */
export const PARSED_FILE = 'parsed.json';

/**
 * Unpacks and checks every line of the hour's archive, off the main thread. Runs where extract left the files; `sha256`
 * is that of the archive which extract checked.
 */
export async function parse(
  dependencies: ActivityDependencies,
  input: HourInput & { readonly folder: string; readonly sha256: string },
): Promise<Parsed> {
  return runAttempt(dependencies, input, ({ signal, log, say }) =>
    dependencies.host.folders.use(input.folder, async ({ path }) => {
      say({ step: 'parsing' });
      const { maxLineBytes, redact } = dependencies.settings;
      const task = {
        archive: join(path, ARCHIVE_FILE),
        folder: path,
        sha256: input.sha256,
        maxLineBytes,
        limits: archiveLimits,
      };
      const parsed = await parseHourOffThread(
        task,
        ({ unpackedBytes, events }) => say({ step: 'parsing', bytes: unpackedBytes, events }),
        signal,
      );
      const hour = { ...parsed, members: parsed.members.map((member) => withoutSecrets(member, redact)) };
      for (const { name, bytes, events, rejected } of hour.members) {
        const detail = rejected === 0 ? {} : { detail: `${rejected} lines rejected` };
        log.add({ operation: 'parse-member', item: name, bytes, events, outcome: 'ok', ...detail });
      }
      await writeParsed(path, hour);
      const { members, events, rejected, unpackedBytes } = hour;
      return { members: members.length, events, rejected, unpackedBytes };
    }),
  );
}

/** Members are named by the source, which knows our keys; the manifest takes these names over. */
function withoutSecrets(member: ParsedMember, redact: Redact): ParsedMember {
  return { ...member, name: redact(member.name) };
}

async function writeParsed(folder: string, hour: ParsedHour): Promise<void> {
  const path = join(folder, PARSED_FILE);
  await writeFile(`${path}.partial`, JSON.stringify(hour));
  await rename(`${path}.partial`, path);
}
