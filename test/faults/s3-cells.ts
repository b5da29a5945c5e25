import { HOUR_MS, hourWindowAt, type HourWindow } from '../../core/hour-window.ts';
import type { Operation } from './proxy/calls.ts';
import type { Disruption, Rule } from './proxy/disruptions.ts';

/** A fault of the storage: what the matrix has for its columns. */
export interface StorageFault {
  readonly name: string;
  readonly disruption: Disruption;
  /** The only operations that it can befall; all when not given. */
  readonly only?: readonly Operation[];
}

/** Every way in which a storage fails a request. */
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

/** An operation as one row of the matrix. */
export interface StorageStep {
  readonly operation: Operation;
  /** Whether the hour's objects go up in several parts. */
  readonly inParts: boolean;
  /** Whether the hour has already landed and is now exported again, with other lines. */
  readonly again: boolean;
}

/** Every operation of a landing that writes, or that decides about what is written. */
export const storageSteps: readonly StorageStep[] = [
  ...(
    ['put-object', 'list-manifests', 'get-manifest', 'list-objects', 'list-uploads', 'put-manifest'] as const
  ).map(onePart),
  ...(['create-upload', 'upload-part', 'complete-upload', 'put-manifest'] as const).map(inParts),
  ...(['put-manifest', 'delete-objects'] as const).map(landedAgain),
  onePart('put-log'),
];

function onePart(operation: Operation): StorageStep {
  return { operation, inParts: false, again: false };
}

function inParts(operation: Operation): StorageStep {
  return { operation, inParts: true, again: false };
}

function landedAgain(operation: Operation): StorageStep {
  return { operation, inParts: false, again: true };
}

/** More than the SDK tries a request. */
const MORE_THAN_TRIES = 4;
/** Where putObject or the commit tries again as well, or several requests side by side each have their tries. */
const MORE_THAN_TRIES_OF: Partial<Record<Operation, number>> = {
  'put-object': 14,
  'create-upload': 10,
  'upload-part': 20,
  'complete-upload': 10,
  'list-objects': 10,
  'put-manifest': 6,
};

/** A log not stored costs only itself; and the plan of a run keeps no log. */
const MADE_UP_FOR: readonly Operation[] = ['put-log', 'list-manifests'];

/** One fault of one operation in one hour. */
export interface Cell {
  readonly row: string;
  readonly window: HourWindow;
  readonly step: StorageStep;
  readonly fault: StorageFault;
  /** Whether it strikes so often that an attempt at upload cannot succeed. */
  readonly failsAttempt: boolean;
  left: number;
  injected: number;
}

/** Two cells for each fault of each operation, each in an hour of its own: it strikes once, or fails a whole attempt. */
export function storageCells(quick: boolean): Cell[] {
  const cells: Cell[] = [];
  let day = 0;
  for (const step of storageSteps) {
    for (const [index, fault] of storageFaults.entries()) {
      if (fault.only?.includes(step.operation) === false) continue;
      if (quick && (index + storageSteps.indexOf(step)) % 4 !== 0) continue;
      const { operation, inParts, again } = step;
      const row = `${operation}${inParts ? ' in parts' : ''}${again ? ' of changed data' : ''}: ${fault.name}`;
      const many = timesToFail(operation, fault);
      for (const times of quick ? [many] : [1, many]) {
        // The busy hour is large; the one after midnight is like any other.
        const startMs = Date.UTC(2026, 0, 1, inParts ? 13 : 1) + day * 24 * HOUR_MS;
        const failsAttempt = times === many && !isMadeUpFor(operation, fault);
        const window = hourWindowAt(startMs);
        cells.push({ row, window, step, fault, failsAttempt, left: times, injected: 0 });
        day += 1;
      }
    }
  }
  return cells;
}

/** Whether an attempt gets over it, however often it strikes. A manifest without an answer is found where it was put. */
function isMadeUpFor(operation: Operation, { disruption }: StorageFault): boolean {
  return (
    MADE_UP_FOR.includes(operation) || (operation === 'put-manifest' && disruption.kind === 'lost answer')
  );
}

/** How often a fault strikes for an attempt at upload to fail. Altered bytes are not sent again within an attempt. */
function timesToFail(operation: Operation, { disruption }: StorageFault): number {
  const isTriedAgain = disruption.kind !== 'altered byte';
  return (isTriedAgain ? MORE_THAN_TRIES_OF[operation] : undefined) ?? MORE_THAN_TRIES;
}

/**
 * Lets the faults of some cells strike, each as often as it is to. Unfinished uploads are listed for all hours at once:
 * that fault strikes whichever hour asks, so its hours are to be exported alone.
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
