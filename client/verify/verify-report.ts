import { findingKinds, isWarning, type Finding, type VerifiedHour } from '../../bronze/findings.ts';
import type { HourWindow } from '../../core/hour-window.ts';
import { count, size } from '../terminal/format.ts';
import { printAside } from '../terminal/print.ts';
import type { RepairStep } from './repair.ts';

/** A finding and its hour. */
export type HourFinding = { readonly window: HourWindow } & Finding;

/** The counts and the findings of a verification; sizes in bytes. */
export interface VerifyReport {
  readonly hours: number;
  /** Hours with a readable manifest, empty hours included. */
  readonly landed: number;
  readonly empty: number;
  readonly notDue: number;
  readonly objects: number;
  readonly bytes: number;
  /** Objects without a checksum in the storage: only their size was compared. */
  readonly withoutChecksum: number;
  /** The number of findings of each kind; absent for kinds without any. */
  readonly problems: Readonly<Partial<Record<Finding['kind'], number>>>;
  readonly findings: readonly HourFinding[];
}

/** Adds up verified hours. Only hours with findings stay in memory. */
export class VerifyTally {
  /** The hours with findings, warnings among them. */
  readonly found: VerifiedHour[] = [];
  #sums = { hours: 0, landed: 0, empty: 0, notDue: 0, objects: 0, bytes: 0, withoutChecksum: 0 };

  add(hour: VerifiedHour): void {
    const { status, objects, bytes, withoutChecksum, findings } = hour;
    const before = this.#sums;
    this.#sums = {
      hours: before.hours + 1,
      landed: before.landed + (status === 'complete' || status === 'empty' ? 1 : 0),
      empty: before.empty + (status === 'empty' ? 1 : 0),
      notDue: before.notDue + (status === 'not due' ? 1 : 0),
      objects: before.objects + objects,
      bytes: before.bytes + bytes,
      withoutChecksum: before.withoutChecksum + withoutChecksum,
    };
    if (findings.length > 0) this.found.push(hour);
  }

  report(): VerifyReport {
    const findings = findingsOf(this.found);
    return { ...this.#sums, problems: countKinds(findings), findings };
  }
}

/** All findings of some hours. */
export function findingsOf(hours: readonly VerifiedHour[]): HourFinding[] {
  return hours.flatMap(({ window, findings }) => findings.map((finding) => ({ window, ...finding })));
}

/** The hours with a problem, and not only warnings. */
export function wrongHours(hours: readonly VerifiedHour[]): VerifiedHour[] {
  return hours.filter(({ findings }) => !findings.every(isWarning));
}

/** The progress of a verification on one line. */
export function progressLine(report: VerifyReport, hours: number): string {
  const problems = report.findings.filter((finding) => !isWarning(finding)).length;
  const wrong = problems > 0 ? `, ${count(problems)} PROBLEMS` : '';
  return `${count(report.hours)} of ${count(hours)} hours verified, ${count(report.objects)} objects, ${size(report.bytes)}${wrong}`;
}

/** The counts of a verification on one line. */
export function summaryLine(
  { hours, landed, empty, notDue, objects, bytes, withoutChecksum }: VerifyReport,
  deep: boolean,
): string {
  const due = notDue > 0 ? `, ${count(notDue)} not due yet` : '';
  const how = deep ? 'read to the last byte' : checkedBy(objects, withoutChecksum);
  return `${count(hours)} hours: ${count(landed)} landed (${count(empty)} empty)${due}; ${count(objects)} objects, ${size(bytes)}, ${how}`;
}

function checkedBy(objects: number, withoutChecksum: number): string {
  if (withoutChecksum === 0) return 'checked by size and checksum';
  return `${count(objects - withoutChecksum)} checked by size and checksum, ${count(withoutChecksum)} by size alone, because the storage has no checksum of them (--deep reads them)`;
}

/** Findings of each kind: `2 gap, 1 object missing`. */
export function problemCounts(findings: readonly HourFinding[]): string {
  const counts = countKinds(findings);
  return findingKinds
    .flatMap((kind) => (counts[kind] === undefined ? [] : [`${count(counts[kind])} ${words(kind)}`]))
    .join(', ');
}

/** One finding on a line: its hour, its kind and where it is. */
export function findingLine(finding: HourFinding): string {
  return `${finding.window}  ${words(finding.kind)}  ${detailOf(finding)}`.trimEnd();
}

function detailOf(finding: Finding): string {
  switch (finding.kind) {
    case 'gap':
      return finding.orphans > 0 ? `(attempts left ${count(finding.orphans)} objects or uploads)` : '';
    case 'manifest-unreadable':
    case 'hour-content':
      return finding.detail;
    case 'outside-window':
      return finding.outside === null
        ? 'events arrived in other hours; the version that wrote its manifest did not count them'
        : `${count(finding.outside)} of ${count(finding.events)} events arrived in other hours`;
    case 'same-lines':
      return `the same lines as ${finding.hours.join(' and ')}`;
    case 'object-missing':
      return finding.key;
    case 'object-size':
      return `${finding.key} (${finding.bytes} bytes, not ${finding.expected})`;
    case 'object-checksum':
      return `${finding.key} (CRC-64/NVME ${finding.crc64nvme}, not ${finding.expected})`;
    case 'object-content':
      return `${finding.key} (${finding.detail})`;
    default:
      return finding.uploadId === undefined ? finding.key : `${finding.key} (unfinished upload)`;
  }
}

/** Warns on stderr of superseded objects that are still in the bucket, and says what to do about them. */
export function warnOfSuperseded(findings: readonly HourFinding[], repaired: boolean): void {
  const left = findings.filter(({ kind }) => kind === 'superseded');
  if (left.length === 0) return;
  const hours = new Set(left.map(({ window }) => window)).size;
  const advice = repaired
    ? 'the steps of the repair above say why'
    : '--repair removes them; the keys need s3:DeleteObject and s3:AbortMultipartUpload';
  printAside(
    `warning: ${count(left.length)} superseded objects of ${count(hours)} hours have not been removed; readers do not see them, but they take space: ${advice}`,
  );
}

/** One step of a repair on a line. */
export function stepLine(step: RepairStep): string {
  switch (step.action) {
    case 'orphans removed':
      return `${step.window}  ${step.action}`;
    case 'not removed':
      return `${step.window}  ${step.action}  ${step.message}`;
    case 'left to a person':
      return step.reason === 'unreadable manifest'
        ? `${step.window}  ${step.action}: a manifest is never overwritten`
        : `${step.window}  ${step.action}: export it with run --reprocess once the source gives this hour's own lines`;
    case 'exported':
    case 'landed again':
      return `${step.start} to ${step.end}  ${step.action}`;
    default:
      return `${step.start} to ${step.end}  FAILED  ${step.type}: ${step.message}`;
  }
}

function countKinds(findings: readonly Finding[]): Partial<Record<Finding['kind'], number>> {
  const counts: Partial<Record<Finding['kind'], number>> = {};
  for (const { kind } of findings) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function words(kind: Finding['kind']): string {
  return kind.replace('-', ' ');
}
