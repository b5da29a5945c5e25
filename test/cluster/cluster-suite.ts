import type { NativeStack } from '../../local/native/native-stack.ts';
import type { FaultSuite } from '../faults/fault-group.ts';

/** The stack and the settings that all scenarios use. */
export interface ClusterSuite extends Pick<FaultSuite, 'folder' | 'seed' | 'quick' | 'open' | 'say'> {
  readonly stack: NativeStack;
}

/** Where a week is exported. */
export interface Place {
  readonly temporal: { readonly address: string };
  /** The CPU time that the server's processes have used so far, in ms; without it, none is measured: processes end. */
  readonly cpuMs?: () => Promise<number>;
}
