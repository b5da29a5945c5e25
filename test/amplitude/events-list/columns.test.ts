import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { eventsListTable } from '../../../amplitude/events-list/columns.ts';
import { OTHER_KEYS } from '../../../amplitude/parquet/table.ts';
import { eventsListJson } from '../../../local/sample-api/events-list.ts';

const types = { string: 'VARCHAR', bigint: 'BIGINT', double: 'DOUBLE', boolean: 'BOOLEAN' } as const;

it('docs/bucket.md lists the columns of the events list by their types', () => {
  const page = readFileSync('docs/bucket.md', 'utf8');
  const rows = [...page.matchAll(/^\| (`\w+`.*?) +\| (BIGINT|DOUBLE|VARCHAR|BOOLEAN)\b/gm)];
  const told = rows.flatMap(([, names = '', type = '']) =>
    [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => `${name} ${type}`),
  );
  const columns = eventsListTable.columns.map(({ name, kind }) => {
    if (kind === 'json' || kind === 'timestamp') throw new Error(`no column is ${kind}`);
    return `${name} ${types[kind]}`;
  });
  expect(told.toSorted()).toEqual([...columns, `${OTHER_KEYS} VARCHAR`].toSorted());
});

it('every key of the sample API has a column', () => {
  const { data } = JSON.parse(eventsListJson({ changed: false })) as { data: object[] };
  const names = eventsListTable.columns.map(({ name }) => name);
  expect(names.toSorted()).toEqual(Object.keys(data[0] ?? {}).toSorted());
});
