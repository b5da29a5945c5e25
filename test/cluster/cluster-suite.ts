import type { NativeStack } from '../../local/native/native-stack.ts';
import type { FaultSuite } from '../faults/fault-group.ts';
import type { ClusterRow } from './cluster-table.ts';

/** The stack and the settings that all scenarios use. */
export interface ClusterSuite extends Pick<FaultSuite, 'folder' | 'seed' | 'quick' | 'open' | 'say'> {
  readonly stack: NativeStack;
}

/** Runs a scenario of this name on the stack, to its end. */
export type RunScenario = (suite: ClusterSuite, name: string) => Promise<ClusterRow>;

/** Where hours are exported. */
export interface Place {
  readonly temporal: { readonly address: string };
  /** The CPU time that the server's processes have used so far, in ms; without it, none is measured: processes end. */
  readonly cpuMs?: () => Promise<number>;
  /** The size of Temporal's databases now, in bytes; without it, none is measured. */
  readonly databaseBytes?: () => Promise<number>;
}

/** The stack's own Temporal server, without figures. */
export function nativePlace({ stack }: ClusterSuite): Place {
  return { temporal: { address: stack.temporal.address } };
}
