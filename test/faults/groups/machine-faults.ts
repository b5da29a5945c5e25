import { together, type FaultGroup, type FaultSuite } from '../fault-group.ts';
import type { FaultRow } from '../fault-table.ts';
import { openFileLimit } from '../machine/open-file-limit.ts';
import { fullDisk } from '../machine/full-disk.ts';
import { readOnlyDisk } from '../machine/read-only-disk.ts';
import { alteredFiles, wipedFiles } from '../machine/damaged-files.ts';
import { wrongClock } from '../machine/wrong-clock.ts';

type MachineFault = (suite: FaultSuite) => Promise<FaultRow | undefined>;

const SCENARIOS_AT_ONCE = 2;

const ahead: MachineFault = async (suite) => wrongClock(suite, 3);
const behind: MachineFault = async (suite) => wrongClock(suite, -3);

/** Faults of a worker's machine: its disk, its files, its limits, its clock. */
const machineFaults: FaultGroup = async function* (suite) {
  const faults = suite.quick
    ? [fullDisk, alteredFiles, ahead]
    : [fullDisk, readOnlyDisk, openFileLimit, wipedFiles, alteredFiles, ahead, behind];
  let leftOut = 0;
  for await (const row of together(faults, SCENARIOS_AT_ONCE, async (fault) => fault(suite))) {
    if (row === undefined) leftOut += 1;
    else yield row;
  }
  if (leftOut > 0) suite.say(`${leftOut} machine faults left out: they need Linux and root`);
};

export default machineFaults;
