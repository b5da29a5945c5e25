import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Facts } from '../../alerts/facts.ts';
import { notificationOf, type Notification } from '../../alerts/notification.ts';
import { redactor } from '../../core/redact.ts';
import { runLink } from '../../core/run-link.ts';

const asItIs = redactor([]);
const link = 'http://localhost:8233/namespaces/default/workflows/daily/run-1/history';
const subject = { workflowId: 'daily', runId: 'run-1', link, dedupKey: 'run-1' };
const facts: Facts = {
  kind: 'run',
  start: '2026-01-01T00',
  end: '2026-01-01T23',
  hours: 24,
  landed: 23,
  failed: 1,
  rejected: 16,
  changed: 2,
  firstReasons: [{ window: '2026-01-01T05', type: 'AccessDenied', message: 'refused' }],
};

it('a notification has a text for people, and every fact as a field', () => {
  expect(notificationOf(facts, subject, asItIs)).toEqual({
    text: [
      'Amplitude export 2026-01-01T00 to 2026-01-01T23: 1 of 24 hours failed, 16 lines rejected, 2 landed hours have other lines now',
      '2026-01-01T05 AccessDenied: refused',
      link,
    ].join('\n'),
    mrkdwn: false,
    ...facts,
    ...subject,
  });
});

it.each<[string, Partial<Facts>]>([
  ['Amplitude export 2026-01-01T05: 16 lines rejected', { start: '2026-01-01T05', end: '2026-01-01T05' }],
  ['Amplitude backfill 2026-01-01T00 to 2026-01-01T23: 16 lines rejected', { kind: 'backfill' }],
  [
    'Amplitude export: failed\nBucketDenied: no right to list',
    {
      start: null,
      end: null,
      rejected: null,
      firstReasons: [{ window: null, type: 'BucketDenied', message: 'no right to list' }],
    },
  ],
  [
    'Amplitude ledger 2026-01-01T00 to 2026-01-01T23: 3 due hours have not landed\nLedgerLags: behind',
    { kind: 'status', failed: 3, firstReasons: [{ window: null, type: 'LedgerLags', message: 'behind' }] },
  ],
  [
    'Amplitude ledger 2026-01-01T00 to 2026-01-01T23: manifests cannot be read\nManifestUnreadable: no JSON',
    {
      kind: 'status',
      failed: 3,
      firstReasons: [{ window: null, type: 'ManifestUnreadable', message: 'no JSON' }],
    },
  ],
  [
    'Amplitude ledger 2026-01-01T00 to 2026-01-01T23: the ledger cannot be read\nBucketDenied: no right to list',
    { kind: 'status', firstReasons: [{ window: null, type: 'BucketDenied', message: 'no right to list' }] },
  ],
])('says %j', (text, more) => {
  const quiet = { ...facts, failed: 0, changed: 0, firstReasons: [] };
  expect(notificationOf({ ...quiet, ...more }, { ...subject, link: null }, asItIs).text).toBe(text);
});

it('a message from outside shows no secret, controls nothing, calls nobody and is short', () => {
  const message = `<!channel> @everyone & \u001B[31m\nkey-5309-abc ${'x'.repeat(1000)}`;
  const reasons = { firstReasons: [{ window: '2026-01-01T05', type: 'AccessDenied', message }] };
  const { text, firstReasons } = notificationOf(
    { ...facts, ...reasons },
    subject,
    redactor(['key-5309-abc']),
  );
  const [, line = ''] = text.split('\n');
  expect(line).toMatch(
    /^2026-01-01T05 AccessDenied: &lt;!channel&gt; \(at\)everyone &amp; \\u\{1b\}\[31m\\u\{a\}\*\*\* x+$/,
  );
  expect(firstReasons[0]?.message).toHaveLength(300);
  expect(firstReasons[0]?.message).toMatch(/^<!channel> @everyone/);
});

it('the example in the docs is a notification', () => {
  const page = readFileSync('docs/operations.md', 'utf8');
  const [, json = ''] = /## Notifications.*?```json\n(.*?)```/s.exec(page) ?? [];
  const { text, mrkdwn, workflowId, runId, link, dedupKey, ...told } = JSON.parse(json) as Notification;
  const example = { text, mrkdwn, ...told, workflowId, runId, link, dedupKey };
  expect(notificationOf(told, { workflowId, runId, link, dedupKey }, asItIs)).toEqual(example);
  const webUi = { temporalUiUrl: 'https://temporal.example', namespace: 'default' };
  expect(link).toBe(runLink(webUi, workflowId ?? '', runId ?? ''));
});
