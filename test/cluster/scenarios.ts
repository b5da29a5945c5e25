import type { RunScenario } from './cluster-suite.ts';
import { stopWorkers } from './leaving-workers.ts';
import { cutWorkerOff, slowDatabase, verySlowDatabase } from './network-faults.ts';
import { endTemporal, killDatabase, killWorker } from './server-faults.ts';
import { replaceWorkers, swapVersions, upgradeInYear } from './upgrades.ts';
import { onDevelopmentServer, onNativeStack } from './undisturbed.ts';

/** A scenario by its name. */
export interface ClusterScenario {
  readonly name: string;
  /** True when it is a part of --quick. */
  readonly quick?: true;
  readonly run: RunScenario;
}

/** All scenarios, in the order in which they run. */
export const scenarios: readonly ClusterScenario[] = [
  { name: 'no fault, one worker', run: onNativeStack(1) },
  { name: 'no fault, two workers', run: onNativeStack(2) },
  { name: 'no fault, development server, one worker', run: onDevelopmentServer(1) },
  { name: 'no fault, development server, two workers', run: onDevelopmentServer(2) },
  { name: 'one of two workers killed for good', quick: true, run: killWorker },
  { name: 'one of two workers told to stop under load', quick: true, run: stopWorkers },
  { name: 'old and new workers replace each other', run: replaceWorkers },
  { name: 'worker versions swapped', run: swapVersions },
  { name: 'PostgreSQL killed, started again', quick: true, run: killDatabase },
  { name: 'Temporal ended and killed, started again', run: endTemporal },
  { name: 'one of two workers cut off for a minute', run: cutWorkerOff },
  { name: 'database slow: 10 ms more each way', run: slowDatabase },
  { name: 'database very slow for a minute: 50 ms each way', run: verySlowDatabase },
  { name: 'a year with an upgrade and the way back', run: upgradeInYear },
];
