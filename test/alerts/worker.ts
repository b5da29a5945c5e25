import { workerSettings } from '../../config/settings.ts';
import { runWorker } from '../../worker/run-worker.ts';

/** Twice as often as the tests' Prometheus scrapes, so that each scrape begins another reading. */
const READ_EVERY_MS = 500;

// `amplitude-export worker`, but the ledger's figures in its metrics are never older than a moment.
await runWorker(workerSettings(process.env), () => console.log('worker ready'), READ_EVERY_MS);
