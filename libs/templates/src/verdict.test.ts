import { describe, expect, it } from 'vitest';
import { parseVerdict } from './index.ts';

describe('a condition', () => {
  it.each([
    'true',
    'True',
    ' yes\n',
    'on',
    'y',
    '1',
    '-2.5',
    '1e3',
    '"true"',
    '"yes"',
    '{"result": true}',
    '{"result": "True"}',
    '{"result": 3}',
    '{"result": "1"}',
    '{"other": 1, "result": "on"}',
    'result: true',
    'result: yes',
    '---\nresult: "on"\n',
  ])('holds for %j', (text) => {
    expect(parseVerdict(text)).toEqual({ verdict: true });
  });

  it.each([
    'false',
    'False',
    'no',
    'off',
    'n',
    '0',
    '0.0',
    '-0',
    '',
    ' \n',
    'null',
    'None',
    '~',
    '"false"',
    '""',
    '{"result": false}',
    '{"result": "False"}',
    '{"result": 0}',
    '{"result": ""}',
    '{"result": null}',
    'result: false',
    'result: no',
    'result:',
  ])('does not hold for %j', (text) => {
    expect(parseVerdict(text)).toEqual({ verdict: false });
  });

  it('is judged the same as a parsed value', () => {
    expect(parseVerdict({ result: 'yes' })).toEqual({ verdict: true });
    expect(parseVerdict(0)).toEqual({ verdict: false });
    expect(parseVerdict(null)).toEqual({ verdict: false });
  });

  it.each([
    'maybe',
    '[true]',
    '[]',
    '{}',
    '{"ok": true}',
    '{"result": [1]}',
    '{"result": {"a": 1}}',
    '{"result": "x"}',
    '{"result":',
    'a: b: c',
    '*alias',
    '{"__proto__": {"result": true}}',
  ])('is unclear for %j, and the message says what to render', (text) => {
    expect(parseVerdict(text)).toEqual({ problem: expect.stringContaining('result') });
  });
});
