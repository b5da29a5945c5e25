import { findingKinds, type Finding, type VerifiedHour } from '../../bronze/findings.ts';
import type { HourWindow } from '../../core/hour-window.ts';
import { count, size } from '../terminal/format.ts';
import type { RepairStep } from './repair.ts';

/** A finding, and the hour that it is about. */
export type HourFinding = { readonly window: HourWindow } & Finding;

/** What a verification looked at, in numbers, and what it found; sizes in bytes. */
export interface VerifyReport {
  readonly hours: number;
  /** Hours that have a readable manifest, the empty ones too. */
  readonly landed: number;
  readonly empty: number;
  readonly notDue: number;
  readonly objects: number;
  readonly bytes: number;
  /** How many findings there are of each kind that there is. */
  readonly problems: Readonly<Partial<Record<Finding['kind'], number>>>;
  readonly findings: readonly HourFinding[];
}

/** Adds up verified hours. Of those without findings only the numbers stay in memory. */
export class VerifyTally {
  readonly wrongHours: VerifiedHour[] = [];
  #sums = { hours: 0, landed: 0, empty: 0, notDue: 0, objects: 0, bytes: 0 };

  add(hour: VerifiedHour): void {
    const { status, objects, bytes, findings } = hour;
    const before = this.#sums;
    this.#sums = {
      hours: before.hours + 1,
      landed: before.landed + (status === 'complete' || status === 'empty' ? 1 : 0),
      empty: before.empty + (status === 'empty' ? 1 : 0),
      notDue: before.notDue + (status === 'not due' ? 1 : 0),
      objects: before.objects + objects,
      bytes: before.bytes + bytes,
    };
    if (findings.length > 0) this.wrongHours.push(hour);
  }

  report(): VerifyReport {
    const findings = findingsOf(this.wrongHours);
    return { ...this.#sums, problems: countKinds(findings), findings };
  }
}

/** All findings of some hours. */
export function findingsOf(hours: readonly VerifiedHour[]): HourFinding[] {
  return hours.flatMap(({ window, findings }) => findings.map((finding) => ({ window, ...finding })));
}

/** How far a verification has come, on a line. */
export function progressLine(report: VerifyReport, hours: number): string {
  const wrong = report.findings.length > 0 ? `, ${count(report.findings.length)} PROBLEMS` : '';
  return `${count(report.hours)} of ${count(hours)} hours verified, ${count(report.objects)} objects, ${size(report.bytes)}${wrong}`;
}

/** The numbers for people. */
export function summaryLine(
  { hours, landed, empty, notDue, objects, bytes }: VerifyReport,
  deep: boolean,
): string {
  const due = notDue > 0 ? `, ${count(notDue)} not due yet` : '';
  const how = deep ? 'read to the last byte' : 'checked by size and checksum';
  return `${count(hours)} hours: ${count(landed)} landed (${count(empty)} empty)${due}; ${count(objects)} objects, ${size(bytes)}, ${how}`;
}

/** Findings of each kind: `2 gap, 1 object missing`. */
export function problemCounts(findings: readonly HourFinding[]): string {
  const counts = countKinds(findings);
  return findingKinds
    .flatMap((kind) => (counts[kind] === undefined ? [] : [`${count(counts[kind])} ${words(kind)}`]))
    .join(', ');
}

/** One finding on a line: the hour, what is wrong, where. */
export function findingLine(finding: HourFinding): string {
  return `${finding.window}  ${words(finding.kind)}  ${detailOf(finding)}`.trimEnd();
}

function detailOf(finding: Finding): string {
  switch (finding.kind) {
    case 'gap':
      return finding.strays > 0 ? `(attempts left ${count(finding.strays)} objects or uploads)` : '';
    case 'manifest-unreadable':
    case 'hour-content':
      return finding.detail;
    case 'outside-window':
      return finding.outside === null
        ? 'events arrived in other hours; its manifest is from before they were counted'
        : `${count(finding.outside)} of ${count(finding.events)} events arrived in other hours`;
    case 'same-lines':
      return `the same lines as ${finding.hours.join(' and ')}`;
    case 'object-missing':
      return finding.key;
    case 'object-size':
      return `${finding.key} (${finding.bytes} bytes, not ${finding.expected})`;
    case 'object-checksum':
      return `${finding.key} (CRC-64/NVME ${finding.crc64nvme ?? 'not kept'}, not ${finding.expected})`;
    case 'object-content':
      return `${finding.key} (${finding.detail})`;
    default:
      return finding.uploadId === undefined ? finding.key : `${finding.key} (unfinished upload)`;
  }
}

/** One step of a repair on a line. */
export function stepLine(step: RepairStep): string {
  switch (step.action) {
    case 'checksum restored':
      return `${step.window}  ${step.action}  ${step.key}`;
    case 'strays removed':
      return `${step.window}  ${step.action}`;
    case 'left to a person':
      return step.reason === 'unreadable manifest'
        ? `${step.window}  ${step.action}: a manifest is never overwritten`
        : `${step.window}  ${step.action}: export it with run --reprocess once the source gives this hour's own lines`;
    case 'exported':
      return `${step.start} to ${step.end}  exported${step.reprocess ? ' anew' : ''}`;
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
