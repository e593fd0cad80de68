import { describe, expect, it } from 'vitest';
import { helpers } from './helpers.ts';
import { json, problemOf } from '../render.fixture.ts';

const orders = [
  { id: 1, status: 'open', total: '10.10', customer: { country: 'DE' }, placed: '2024-03-01' },
  { id: 2, status: 'shipped', total: 20.2, customer: { country: 'US' }, placed: '2024-01-15' },
  { id: 3, status: 'open', total: 5, customer: { country: 'DE' }, placed: '2024-02-10' },
];
const at = '2024-03-31T00:30:15.250Z';
const context = { orders, at, n: null, t: ' Ab c ', price: '19.99', empty: [], vast: 1e308 };

const examples: readonly (readonly [source: string, value: unknown])[] = [
  ['(eq price 19.99)', true],
  ['(eq missing n)', true],
  ['(eq "a" "A")', false],
  ['(eq "" 0)', false],
  ['(ne 1 2)', true],
  ['(gt price 10)', true],
  ['(gt "9" "10")', false],
  ['(gt missing 1)', false],
  ['(gte 2 2)', true],
  ['(lt "2024-01-01" "2024-02-01")', true],
  ['(lte 3 2)', false],
  ['(and 1 "a" orders)', true],
  ['(and 1 empty)', false],
  ['(or 0 "" empty)', false],
  ['(or 0 1)', true],
  ['(not empty)', true],
  ['(contains "abc" "b")', true],
  ['(contains (list 1 2) "2")', true],
  ['(contains (object a=1) "a")', true],
  ['(contains (list 1 2) 3)', false],
  ['(default missing n "" "x" "y")', 'x'],
  ['(default 0 1)', 0],
  ['(add 0.1 0.2)', 0.3],
  ['(add 1 "2" missing)', 3],
  ['(subtract 10 3 2)', 5],
  ['(multiply price 3)', 59.97],
  ['(divide 1 4)', 0.25],
  ['(modulo 7 4)', 3],
  ['(min 3 1 2)', 1],
  ['(max 3 1 2)', 3],
  ['(abs -2)', 2],
  ['(floor 2.7)', 2],
  ['(ceil 2.1)', 3],
  ['(round 2.5)', 3],
  ['(round 1.005 2)', 1.01],
  ['(round -1.005 2)', -1.01],
  ['(fixed price 1)', '20.0'],
  ['(fixed 0 2)', '0.00'],
  ['(number price)', 19.99],
  ['(upper t)', ' AB C '],
  ['(lower t)', ' ab c '],
  ['(trim t)', 'Ab c'],
  ['(capitalize "ann")', 'Ann'],
  ['(snake "Shopify Orders-2")', 'shopify_orders_2'],
  ['(urlencode "a b&c")', 'a%20b%26c'],
  ['(concat "a" 1 n)', 'a1'],
  ['(json (list 1))', '[1]'],
  ['(length orders)', 3],
  ['(length "abc")', 3],
  ['(length (object a=1))', 1],
  ['(length missing)', 0],
  ['(join (list 1 2 3) "-")', '1-2-3'],
  ['(join (list 1 2))', '1, 2'],
  ['(replace "a.b.c" "." "/")', 'a/b/c'],
  ['(split "a,b" ",")', ['a', 'b']],
  ['(truncate "abcdef" 3)', 'abc'],
  ['(pluck orders "customer.country")', ['DE', 'US', 'DE']],
  ['(map (filter orders "id" 2) order="id" to="customer.country" x="no")', [{ order: 2, to: 'US', x: null }]],
  ['(length (filter orders "status" "open"))', 2],
  ['(pluck (filter orders "total" "gt" 8) "id")', [1, 2]],
  ['(pluck (filter orders "customer.country" "in" (list "US" "CA")) "id")', [2]],
  ['(length (filter orders "gone"))', 0],
  ['(pluck (sort orders "total") "id")', [3, 1, 2]],
  ['(pluck (sort orders "placed" descending=true) "id")', [1, 3, 2]],
  ['(sort (list 3 10 2))', [2, 3, 10]],
  ['(pluck (get (group orders "status") "open") "id")', [1, 3]],
  ['(sum orders "total")', 35.3],
  ['(sum (list 1 "2"))', 3],
  ['(unique (pluck orders "customer.country"))', ['DE', 'US']],
  ['(get (first orders) "id")', 1],
  ['(lookup (first orders) "id")', 1],
  ['(lookup (list 7 8) 1)', 8],
  ['(lookup (first orders) "constructor")', null],
  ['(lookup (first orders) "__proto__")', null],
  ['(get (last orders) "customer.country")', 'DE'],
  ['(list 1 "a" missing)', [1, 'a', null]],
  ['(object a=1 b=missing)', { a: 1, b: null }],
  ['(date at)', '2024-03-31T00:30:15.250Z'],
  ['(date at "YYYY-MM-DD HH:mm:ss.SSS Z")', '2024-03-31 00:30:15.250 +00:00'],
  ['(date "2024-03-31T02:30:00" "dddd D MMMM YY, h:mm A [o\'clock]")', "Sunday 31 March 24, 2:30 AM o'clock"],
  ['(date at "HH:mm Z" tz="Europe/Berlin")', '01:30 +01:00'],
  ['(date 1700000000 "YYYY")', '2023'],
  ['(date 1700000000000 "YYYY")', '2023'],
  ['(date missing "YYYY")', null],
  ['(addDays "2024-02-28" 2)', '2024-03-01T00:00:00.000Z'],
  ['(timestamp "1970-01-02")', 86_400_000],
];

describe('the helpers', () => {
  it.each(examples)('%s', (call, value) => {
    expect(json(`{"v": {{default ${call} null}}, "json": {{{json ${call}}}} }`, context)).toEqual({
      v: value,
      json: value,
    });
  });

  it('are all tried here', () => {
    for (const name of helpers.keys()) {
      expect(
        examples.some(([call]) => call.includes(`(${name} `)),
        `an example of ${name}`,
      ).toBe(true);
    }
  });

  it.each([
    ['{{add "a" 1}}', 'add needs numbers, but got "a"'],
    ['{{sum orders "status"}}', 'sum needs numbers, but got "open"'],
    ['{{join 5}}', 'join needs a list, but got 5'],
    ['{{date "soon"}}', 'date needs a date, but got "soon"'],
    ['{{date at "YYYY" tz="Mars"}}', 'no time zone "Mars"'],
    ['{{round 1 99}}', '0 to 12 places'],
    ['{{modulo 1 0}}', 'modulo by zero'],
    ['{{multiply vast 10}}', 'too large'],
    ['{{json (filter orders "id" "like" 1)}}', 'filter knows eq'],
  ])('say what they need: %s', (source, message) => {
    expect(problemOf(source, context)?.message).toContain(message);
  });
});
