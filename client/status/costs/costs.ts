import type { LoggedRequests } from '../../../bronze/logged-requests.ts';
import { landedCount } from '../ledger-status.ts';
import type { ReadStatus } from '../read-status.ts';
import type { Prices } from './prices.ts';

/** Amounts of money in USD, neither rounded nor cut. */
export interface Money {
  readonly putRequests: number;
  readonly getRequests: number;
  /** All requests together, once. */
  readonly requests: number;
  /** What is stored, each month. */
  readonly storagePerMonth: number;
  /** All requests, and the first month of storage. */
  readonly firstMonth: number;
}

/** What the hours of an interval cost; sizes in bytes. */
export interface Costs {
  readonly prices: Prices;
  /** Requests by class; those of the class `delete` are free. `amplitude` are those to Amplitude. */
  readonly requests: {
    readonly put: number;
    readonly get: number;
    readonly delete: number;
    readonly amplitude: number;
  };
  readonly bytesSent: number;
  /** The objects that the manifests name, the manifests, and the operation logs. */
  readonly stored: { readonly objects: number; readonly bytes: number };
  readonly usd: Money;
  /** For each hour that has landed; null when none has. */
  readonly usdPerHour: Money | null;
  /** For a million events; null when there is none. */
  readonly usdPerMillionEvents: Money | null;
  /** Logs that were read or listed, and what their sums lack. */
  readonly logs: {
    readonly read: number;
    readonly uncounted: number;
    readonly unreadable: number;
  };
  /** Attempts that left no log: their requests are not in the sums. */
  readonly unloggedAttempts: number;
}

const GIB = 2 ** 30;

/** Computes what the hours of a status cost: their requests by the operation logs, their storage by the manifests. */
export function costsOf(status: ReadStatus, logged: LoggedRequests, prices: Prices): Costs {
  const { hours, events, bytes, manifestBytes, counts } = status;
  const manifests = landedCount(status) + counts.unreadable;
  const files = hours.reduce((sum, { summary }) => sum + (summary?.files ?? 0), 0);
  const stored = {
    objects: files + manifests + logged.logs,
    bytes: bytes + manifestBytes + logged.logBytes,
  };
  const putRequests = (logged.requests.put / 1000) * prices.usdPer1000PutRequests;
  const getRequests = (logged.requests.get / 1000) * prices.usdPer1000GetRequests;
  const storagePerMonth = (stored.bytes / GIB) * prices.usdPerGiBMonth;
  const usd = moneyOf(putRequests, getRequests, storagePerMonth);
  return {
    prices,
    requests: { ...logged.requests, amplitude: logged.sourceRequests },
    bytesSent: logged.bytesSent,
    stored,
    usd,
    usdPerHour: perUnit(usd, landedCount(status)),
    usdPerMillionEvents: perUnit(usd, events / 1_000_000),
    logs: {
      read: logged.logs,
      uncounted: logged.uncountedLogs,
      unreadable: logged.unreadable.count,
    },
    unloggedAttempts: logged.unloggedAttempts,
  };
}

function moneyOf(putRequests: number, getRequests: number, storagePerMonth: number): Money {
  const requests = putRequests + getRequests;
  return { putRequests, getRequests, requests, storagePerMonth, firstMonth: requests + storagePerMonth };
}

function perUnit({ putRequests, getRequests, storagePerMonth }: Money, units: number): Money | null {
  return units === 0 ? null : moneyOf(putRequests / units, getRequests / units, storagePerMonth / units);
}
