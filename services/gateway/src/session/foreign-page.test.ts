import { expect, it } from 'vitest';
import { foreignPageProblem } from './foreign-page.ts';

const console = 'https://console.example.com';

it.each([
  [{}, true],
  [{ 'sec-fetch-site': 'same-origin', origin: 'https://api.example.com' }, true],
  [{ 'sec-fetch-site': 'none' }, true],
  [{ 'sec-fetch-site': 'same-site', origin: console }, true],
  [{ 'sec-fetch-site': 'same-site', origin: 'https://blog.example.com' }, false],
  [{ 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, false],
  [{ 'sec-fetch-site': 'cross-site' }, false],
])('a browser that says %j may be signed in: %s', (headers, isAllowed) => {
  expect(foreignPageProblem(headers, [console]) === undefined).toBe(isAllowed);
});
