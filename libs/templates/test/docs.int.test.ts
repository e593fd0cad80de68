import { readFileSync } from 'node:fs';
import type { Json, JsonObject, TemplateEngine } from '@karrio/domain';
import { describe, expect, it } from 'vitest';
import { helpers } from '../src/index.ts';
import { filters } from '../src/jinja/filter/filters.ts';
import { testNames } from '../src/jinja/test.ts';
import { json } from '../src/render.fixture.ts';
import { parseVerdict } from '../src/index.ts';

const page = readFileSync(new URL('../../../docs/templates.md', import.meta.url), 'utf8');

const blocks = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, 'g'))].map(([, text = '']) => text);

const parsed = (text: string): JsonObject => JSON.parse(text);

/** The cells of a table's rows, without the back quotes of code. */
const rows = (columns: number): readonly (readonly string[])[] =>
  page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(/(?<!\\)\|/).slice(1, -1))
    .filter((cells) => cells.length === columns)
    .map((cells) =>
      cells.map((cell) =>
        cell
          .trim()
          .replaceAll('\\|', '|')
          .replace(/^`(.*)`$/, '$1'),
      ),
    );

const context = parsed(blocks('json').find((text) => text.includes('"price"')) ?? '');

const given = (source: string, engine: TemplateEngine): Json =>
  json(engine === 'jinja' ? `{"v": {{ ${source} }}}` : `{"v": {{identity ${source}}}}`, context, engine);

describe('the page for users', () => {
  it.each(rows(5))('%s %s', (_name, _what, handlebars = '', jinja = '', result = '') => {
    expect(given(handlebars, 'handlebars')).toEqual({ v: JSON.parse(result) });
    expect(given(jinja, 'jinja')).toEqual({ v: JSON.parse(result) });
  });

  it.each(rows(3).filter(([name = '']) => filters.has(name)))(
    'filter %s: %s',
    (_name, source = '', result = '') => {
      expect(given(source, 'jinja')).toEqual({ v: JSON.parse(result) });
    },
  );

  it('has an example of every helper and filter, and names every test', () => {
    const shown = rows(5).map(([name]) => name);
    expect([...helpers.keys()].filter((name) => !shown.includes(name))).toEqual([]);
    expect(shown.filter((name = '') => !helpers.has(name))).toEqual([]);
    const shownFilters = rows(3).map(([name]) => name);
    expect([...filters.keys()].filter((name) => !shownFilters.includes(name))).toEqual([]);
    expect(testNames.filter((name) => /\w/.test(name) && !page.includes(`\`${name}\``))).toEqual([]);
  });

  it('shows the same mapping in both languages', () => {
    const orders = [
      { id: 1, customer: { name: 'Ann "Q" Lee' }, total: '19.99' },
      { id: 2, customer: { name: 'Bo' }, total: 5 },
    ];
    const shop = { steps: { shop: { response: { orders } } } };
    const [handlebars = ''] = blocks('handlebars');
    const [jinja = ''] = blocks('jinja');
    const [expected = ''] = blocks('json');
    expect(json(handlebars, shop)).toEqual(JSON.parse(expected));
    expect(json(jinja, shop, 'jinja')).toEqual(JSON.parse(expected));
  });

  it('says which conditions hold', () => {
    const table = page.slice(page.indexOf('## Conditions'), page.indexOf('## Limits'));
    const cells = table
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => line.split('|').slice(1, 3));
    const said = (column: number) =>
      cells.flatMap((row) => [...(row[column] ?? '').matchAll(/`([^`]+)`/g)].map(([, text = '']) => text));
    expect(said(0).map((text) => parseVerdict(text))).toEqual(said(0).map(() => ({ verdict: true })));
    expect(said(1).map((text) => parseVerdict(text))).toEqual(said(1).map(() => ({ verdict: false })));
  });
});
