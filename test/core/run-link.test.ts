import { expect, it } from 'vitest';
import { runLink } from '../../core/run-link.ts';

const ui = { temporalUiUrl: 'http://localhost:8233', namespace: 'default' };

it.each([
  [ui, 'daily', 'run-1', 'http://localhost:8233/namespaces/default/workflows/daily/run-1/history'],
  [
    { temporalUiUrl: 'https://example.org/ui/', namespace: 'my ns' },
    'a/b?c#d',
    '"><',
    'https://example.org/ui/namespaces/my%20ns/workflows/a%2Fb%3Fc%23d/%22%3E%3C/history',
  ],
  [ui, '\uD800', '', 'http://localhost:8233/namespaces/default/workflows/%EF%BF%BD//history'],
])('of %j, %j and %j leads to %s', (webUi, workflowId, runId, link) => {
  expect(runLink(webUi, workflowId, runId)).toBe(link);
});
