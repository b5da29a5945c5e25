import type { Command } from 'commander';
import type { VerifiedHour } from '../bronze/findings.ts';
import { isMisplaced } from '../bronze/misplaced-lines.ts';
import { clientSettings } from '../config/settings.ts';
import { ExportError, type Failure } from '../core/errors.ts';
import type { Interval } from '../core/interval.ts';
import type { RepairStep } from './verify/repair.ts';
import { readRange } from './terminal/time-range.ts';
import {
  findingLine,
  findingsOf,
  problemCounts,
  stepLine,
  summaryLine,
  warnOfSuperseded,
  wrongHours,
  type HourFinding,
  type VerifyReport,
} from './verify/verify-report.ts';
import { print, printAside, printJson } from './terminal/print.ts';

interface VerifyOptions {
  readonly from: string;
  readonly to: string;
  readonly deep?: boolean;
  readonly repair?: boolean;
  readonly json?: boolean;
}

/** The output of `--json`: the findings, and with --repair its steps and the findings that are left. */
interface VerifyResult extends Interval, VerifyReport {
  readonly repair?: { readonly steps: readonly RepairStep[]; readonly left: readonly HourFinding[] };
}

/** The bucket differs from its manifests, or due hours have no manifest. */
class VerificationFailed extends ExportError {
  readonly type = 'VerificationFailed';
  readonly result: VerifyResult;
  override readonly failures: readonly Failure[];

  constructor(message: string, result: VerifyResult, failures: readonly Failure[]) {
    super(message);
    this.result = result;
    this.failures = failures;
  }
}

/** `amplitude-export verify`: compares every manifest of a range with the bucket, and with --repair repairs hours. */
export function addVerify(program: Command): void {
  program
    .command('verify')
    .description('compare the manifests with the bucket and name every hour with a problem')
    .requiredOption('--from <day or hour>', 'first day (2026-01-01) or hour (2026-01-01T05), UTC')
    .requiredOption('--to <day or hour>', 'last day or hour, included; the range may be years')
    .option('--deep', 'also read every object: SHA-256, gzip data, lines and digests')
    .option(
      '--repair',
      'export missing hours, land damaged ones again from their raw archives or from Amplitude, and remove objects that no manifest names',
    )
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  amplitude-export verify --from 2026-01-01 --to 2026-01-07 --repair')
    .action(verify);
}

async function verify(options: VerifyOptions): Promise<void> {
  const { from, to, deep = false, repair = false, json = false } = options;
  const interval = readRange(from, to);
  const settings = clientSettings(process.env);
  const [{ openBucket }, { verifyAgain, verifyRange }] = await Promise.all([
    import('../bronze/connect.ts'),
    import('./verify/verify-range.ts'),
  ]);
  const { prefix } = settings.bucket;
  const bucket = await openBucket(settings.bucket);
  const checks = { deep, hourDueAfterMs: settings.hourDueAfterMs };
  const printUnlessJson = json ? (): void => undefined : (line: string): void => print(line);

  const tally = await verifyRange(bucket, prefix, interval, checks);
  const report = tally.report();
  let result: VerifyResult = { ...interval, ...report };
  for (const finding of report.findings) printUnlessJson(findingLine(finding));
  printUnlessJson(summaryLine(report, deep));

  let found: readonly VerifiedHour[] = tally.found;
  const failures: Failure[] = [];
  if (repair && found.length > 0) {
    const [{ repairHours }, { probeStore, refuseUnsuitable }] = await Promise.all([
      import('./verify/repair.ts'),
      import('../bronze/probe/probe-store.ts'),
    ]);
    refuseUnsuitable(bucket, await probeStore(bucket, prefix));
    const steps: RepairStep[] = [];
    await repairHours(bucket, settings, found, (step, error) => {
      printAside(...stepLine(step).split('\n'));
      steps.push(step);
      if (error !== undefined) failures.push(...(error.failures.length > 0 ? error.failures : [error]));
    });
    found = await verifyAgain(bucket, prefix, found, checks);
    const left = findingsOf(found);
    result = { ...result, repair: { steps, left } };
    for (const finding of left) printUnlessJson(findingLine(finding));
  }
  warnOfSuperseded(findingsOf(found), repair);
  const wrong = wrongHours(found);
  if (wrong.length > 0) {
    const message = failureMessage(wrong, report.hours, repair);
    throw new VerificationFailed(message, result, [...unreadable(wrong), ...failures]);
  }
  printUnlessJson(wrongHours(tally.found).length > 0 ? 'all problems are repaired' : 'no problems');
  if (json) printJson(result);
}

/** The unreadable manifests, as errors. */
function unreadable(hours: readonly VerifiedHour[]): readonly Failure[] {
  return findingsOf(hours).flatMap((finding) =>
    finding.kind === 'manifest-unreadable' ? { type: 'ManifestUnreadable', message: finding.detail } : [],
  );
}

function failureMessage(wrong: readonly VerifiedHour[], hours: number, repaired: boolean): string {
  const findings = findingsOf(wrong);
  const sentences = repaired
    ? [
        `${wrong.length} of ${hours} hours still have problems after the repair (${problemCounts(findings)})`,
        'the steps of the repair and the remaining problems are listed above',
      ]
    : [`${wrong.length} of ${hours} hours have problems (${problemCounts(findings)})`];
  if (!repaired && !findings.every(isMisplaced))
    sentences.push(
      'add --repair to export missing hours, to land damaged ones again, and to remove objects that no manifest names',
    );
  if (findings.some(isMisplaced))
    sentences.push(
      'a repair cannot fix lines that belong to other hours: if a cache ignores the query, fix the cache and export those hours with run --reprocess; data from before 2014-11-12 comes by the day and cannot be fixed',
    );
  return sentences.join('; ');
}
