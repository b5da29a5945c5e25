import { expect, it } from 'vitest';
import { remedyFor } from '../../core/error-types.ts';
import { parseHourWindow } from '../../core/hour-window.ts';
import { listFailed } from '../../workflows/failures.ts';

const failed = (hour: string, type: string) => ({
  window: parseHourWindow(`2026-01-01T${hour}`),
  type,
  message: 'the `reason`',
});

it('failed hours are listed for the Web UI with what to do, once for each type', () => {
  const hours = [failed('05', 'AccessDenied'), failed('06', 'Timeout'), failed('07', 'AccessDenied')];
  expect(listFailed(hours)).toBe(`\`\`\`
2026-01-01T05 AccessDenied: the 'reason'
2026-01-01T06 Timeout: the 'reason'
2026-01-01T07 AccessDenied: the 'reason'
\`\`\`

What to do:

- **AccessDenied**: ${remedyFor('AccessDenied').whatToDo}`);
});

it('for a type that is not in the table there is no advice', () => {
  expect(listFailed([failed('05', 'Timeout')])).toMatch(/```$/);
});
