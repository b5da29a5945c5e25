import type { AlertCase } from '../alert-case.ts';
import { hourCases, ledgerCases } from './ledger-cases.ts';
import { diskCase, workerCase } from './machine-cases.ts';
import { scheduleCase } from './schedule-case.ts';
import { sourceCases } from './source-cases.ts';

/** Cases that do not disturb one another: they go on at the same time. */
export const sideBySide: readonly AlertCase[] = [scheduleCase, ...sourceCases, ...hourCases, diskCase];

/** Cases of which each begins when the one before has ended. */
export const oneByOne: readonly AlertCase[] = [...ledgerCases, workerCase];
