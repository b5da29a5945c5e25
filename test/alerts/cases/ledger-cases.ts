import { noRule, type Rule } from '../../faults/proxy/disruptions.ts';
import type { AlertCase } from '../alert-case.ts';

const LISTS_FAIL: Rule = ({ operation }) =>
  operation === 'list-manifests' ? { kind: 'answer', status: 500, code: 'InternalError' } : undefined;

/** Changes of single hours in the ledger. */
export const hourCases: readonly AlertCase[] = [
  {
    alert: 'AmplitudeExportHoursMissing',
    fault: 'a manifest of ten days ago is removed',
    cause: async ({ ledger: { hourBeforeDue, land, remove } }) => {
      const hours = [hourBeforeDue(10 * 24)];
      await remove(hours);
      return async () => land(hours);
    },
  },
  {
    alert: 'AmplitudeExportHoursScarce',
    fault: 'a new hour lands with 5 events instead of 1,000',
    cause: async ({ ledger: { hourBeforeDue, land } }) => {
      const hours = [hourBeforeDue(5)];
      await land(hours, 5);
      return async () => land(hours);
    },
  },
];

/** Faults of the whole ledger. */
export const ledgerCases: readonly AlertCase[] = [
  {
    alert: 'AmplitudeExportStale',
    fault: 'the manifests of the newest 30 hours are removed',
    cause: async ({ ledger: { newestHours, land, remove } }) => {
      const hours = newestHours(30);
      await remove(hours);
      return async () => land(hours);
    },
  },
  {
    alert: 'AmplitudeExportLedgerNotRead',
    fault: 'the storage answers lists of manifests with 500',
    cause: async ({ setStorageRule }) => {
      setStorageRule(LISTS_FAIL);
      return () => setStorageRule(noRule);
    },
  },
];
