import { HOUR_MS, hourWindowAt, type HourWindow } from '../../core/hour-window.ts';
import type { Operation } from './proxy/calls.ts';
import type { Disruption, Rule } from './proxy/disruptions.ts';

/** A fault of the storage: a column of the matrix. */
export interface StorageFault {
  readonly name: string;
  readonly disruption: Disruption;
  /** The only operations that can have it; all by default. */
  readonly only?: readonly Operation[];
}

/** Every way in which a storage can fail a request. */
export const storageFaults: readonly StorageFault[] = [
  { name: '500', disruption: { kind: 'answer', status: 500, code: 'InternalError' } },
  { name: '503 SlowDown', disruption: { kind: 'answer', status: 503, code: 'SlowDown' } },
  { name: '429', disruption: { kind: 'answer', status: 429, code: 'TooManyRequests' } },
  { name: 'connection reset', disruption: { kind: 'reset' } },
  { name: 'time-out', disruption: { kind: 'silence' } },
  { name: 'answer lost', disruption: { kind: 'lost answer' } },
  {
    name: '200 with an error',
    disruption: { kind: 'answer', status: 200, code: 'InternalError' },
    only: ['complete-upload'],
  },
  {
    name: 'altered byte',
    disruption: { kind: 'altered byte' },
    only: ['put-object', 'upload-part', 'put-manifest', 'put-log'],
  },
];

/** An operation: a row of the matrix. */
export interface StorageStep {
  readonly operation: Operation;
  /** True when the hour's objects are uploaded in several parts. */
  readonly inParts: boolean;
  readonly landing: 'first' | 'of changed data' | 'from the raw archive';
}

/** Every operation of a landing that writes, or that decides what is written, or reads it back. */
export const storageSteps: readonly StorageStep[] = [
  ...(
    ['put-object', 'list-manifests', 'get-manifest', 'list-objects', 'list-uploads', 'put-manifest'] as const
  ).map(onePart),
  ...(['create-upload', 'upload-part', 'complete-upload', 'put-manifest'] as const).map(inParts),
  ...(['put-manifest', 'delete-objects'] as const).map(ofChangedData),
  onePart('put-log'),
  { operation: 'get-object', inParts: false, landing: 'from the raw archive' },
];

function onePart(operation: Operation): StorageStep {
  return { operation, inParts: false, landing: 'first' };
}

function inParts(operation: Operation): StorageStep {
  return { operation, inParts: true, landing: 'first' };
}

function ofChangedData(operation: Operation): StorageStep {
  return { operation, inParts: false, landing: 'of changed data' };
}

/** More than the tries that the SDK makes for a request. */
const MORE_THAN_TRIES = 4;
/** Numbers for operations that putObject or the commit tries again, or whose requests run side by side, each with its tries. */
const MORE_THAN_TRIES_OF: Partial<Record<Operation, number>> = {
  'put-object': 14,
  'create-upload': 10,
  'upload-part': 20,
  'complete-upload': 10,
  'list-objects': 10,
  'put-manifest': 6,
};

/** An attempt does not fail when its log cannot be stored; and the plan of a run has no log. */
const NO_FAILED_ATTEMPT: readonly Operation[] = ['put-log', 'list-manifests'];

/** One fault of one operation in one hour. */
export interface Cell {
  readonly row: string;
  readonly window: HourWindow;
  readonly step: StorageStep;
  readonly fault: StorageFault;
  /** True when it happens so often that an upload attempt cannot succeed. */
  readonly failsAttempt: boolean;
  left: number;
  injected: number;
}

/** Two cells for each fault of each operation, each with its own hour: the fault happens once, or fails a whole attempt. */
export function storageCells(quick: boolean): Cell[] {
  const cells: Cell[] = [];
  let day = 0;
  for (const step of storageSteps) {
    for (const [index, fault] of storageFaults.entries()) {
      if (fault.only?.includes(step.operation) === false) continue;
      if (quick && (index + storageSteps.indexOf(step)) % 4 !== 0) continue;
      const { operation, inParts, landing } = step;
      const how = `${inParts ? ' in parts' : ''}${landing === 'first' ? '' : ` ${landing}`}`;
      const row = `${operation}${how}: ${fault.name}`;
      const many = timesToFail(operation, fault);
      for (const times of quick ? [many] : [1, many]) {
        // Hour 13 is the busy hour, which is large; hour 1 has the usual size.
        const startMs = Date.UTC(2026, 0, 1, inParts ? 13 : 1) + day * 24 * HOUR_MS;
        const failsAttempt = times === many && !survives(operation, fault);
        const window = hourWindowAt(startMs);
        cells.push({ row, window, step, fault, failsAttempt, left: times, injected: 0 });
        day += 1;
      }
    }
  }
  return cells;
}

/** True when an attempt survives the fault, however often it happens. A manifest whose answer is lost is found in the bucket. */
function survives(operation: Operation, { disruption }: StorageFault): boolean {
  return (
    NO_FAILED_ATTEMPT.includes(operation) ||
    (operation === 'put-manifest' && disruption.kind === 'lost answer')
  );
}

/** How often a fault must happen for an upload attempt to fail. Altered bytes are not sent again within an attempt. */
function timesToFail(operation: Operation, { disruption }: StorageFault): number {
  const isTriedAgain = disruption.kind !== 'altered byte';
  return (isTriedAgain ? MORE_THAN_TRIES_OF[operation] : undefined) ?? MORE_THAN_TRIES;
}

/**
 * A rule for the faults of some cells, each as often as its cell says. Unfinished uploads are listed for all hours
 * together, so that fault hits any hour: export its hours alone.
 */
export function ruleOf(cells: readonly Cell[]): Rule {
  return ({ operation, window }) => {
    const cell = cells.find(
      ({ step, left, ...ours }) =>
        left > 0 && step.operation === operation && (operation === 'list-uploads' || ours.window === window),
    );
    if (cell === undefined) return undefined;
    cell.left -= 1;
    cell.injected += 1;
    return cell.fault.disruption;
  };
}
