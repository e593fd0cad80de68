import type { Answer, Outside, WireRequest } from '@karrio/actions';
import { metricsText } from '@karrio/telemetry';
import { afterEach, describe, expect, it } from 'vitest';
import { withCircuitBreaker } from './circuit-breaker.ts';

const answered = (status: number): Answer => ({
  response: { status, headers: {}, body: Buffer.alloc(0), receivedAtMs: 0 },
});
const refused: Answer = {
  trouble: { failure: { code: 'connection-refused', message: 'm' }, recovery: { again: 'safe' } },
};
const guarded: Answer = { trouble: { failure: { code: 'egress-refused', message: 'm' } } };

const opened: Disposable[] = [];
afterEach(() => {
  for (const breaker of opened.splice(0)) breaker[Symbol.dispose]();
});

/** A breaker before a server that answers as it is told, on a clock that the test moves. */
const aBreaker = () => {
  const clock = { ms: 1_000_000 };
  const server: { answer: () => Promise<Answer>; asked: number } = {
    answer: () => Promise.resolve(answered(200)),
    asked: 0,
  };
  const outside: Outside = {
    send: () => {
      server.asked++;
      return server.answer();
    },
  };
  const breaker = withCircuitBreaker(outside, { failuresMax: 5, openMs: 60_000 }, () => clock.ms);
  opened.push(breaker);
  const ask = async (answer?: Answer, { org = 'org_1', host = 'https://shop.example' } = {}) => {
    if (answer) server.answer = () => Promise.resolve(answer);
    const request: WireRequest = { url: new URL(host), method: 'GET', headers: {}, body: null };
    const got = await breaker.send(request, { org, depth: 0, signal: new AbortController().signal });
    return 'trouble' in got ? got.trouble.failure.code : String(got.response.status);
  };
  const fail = async (times: number) => {
    for (let i = 0; i < times; i++) await ask(refused);
  };
  return { clock, server, breaker, ask, fail };
};

describe('a host that fails', () => {
  it.each([
    ['refused connections', refused],
    ['5xx answers', answered(502)],
  ])(
    'five times in a row with %s is asked no more, and the failure says when to come again',
    async (_, answer) => {
      const { breaker, server, ask } = aBreaker();
      for (let i = 0; i < 5; i++) await ask(answer);
      expect(await ask(answered(200))).toBe('circuit-open');
      expect(server.asked).toBe(5);
      const request: WireRequest = {
        url: new URL('https://shop.example/x'),
        method: 'POST',
        headers: {},
        body: null,
      };
      const got = await breaker.send(request, {
        org: 'org_1',
        depth: 0,
        signal: new AbortController().signal,
      });
      expect(got).toEqual({
        trouble: {
          failure: { code: 'circuit-open', message: expect.stringContaining('tried again in 60 s') },
          recovery: { again: 'safe', afterMs: 60_000 },
        },
      });
    },
  );

  it('is asked on where it answers in between, or only says no', async () => {
    const { ask, fail } = aBreaker();
    await fail(4);
    await ask(answered(404));
    await fail(4);
    expect(await ask(answered(429))).toBe('429');
    for (let i = 0; i < 10; i++) await ask(answered(400));
    expect(await ask(answered(200))).toBe('200');
  });

  it('is not what the guard refuses', async () => {
    const { server, ask } = aBreaker();
    for (let i = 0; i < 10; i++) await ask(guarded);
    expect(server.asked).toBe(10);
  });

  it('rests for its organisation and its port alone', async () => {
    const { ask, fail } = aBreaker();
    await fail(5);
    expect(await ask(answered(200), { org: 'org_2' })).toBe('200');
    expect(await ask(answered(200), { host: 'https://shop.example:8443' })).toBe('200');
    expect(await ask()).toBe('circuit-open');
  });

  it('is tried by one request after its rest, and asked again when that is answered', async () => {
    const { clock, server, ask, fail } = aBreaker();
    await fail(5);
    clock.ms += 60_000;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    server.answer = () => promise;
    const probe = ask();
    expect(await ask()).toBe('circuit-open');
    resolve(answered(200));
    expect(await probe).toBe('200');
    expect(await ask(answered(200))).toBe('200');
  });

  it('rests again when that one fails', async () => {
    const { clock, ask, fail } = aBreaker();
    await fail(5);
    clock.ms += 60_000;
    expect(await ask(refused)).toBe('connection-refused');
    expect(await ask(answered(200))).toBe('circuit-open');
    clock.ms += 60_000;
    expect(await ask(answered(200))).toBe('200');
  });

  it('can be tried by another when that one was given up on', async () => {
    const { clock, server, ask, fail } = aBreaker();
    await fail(5);
    clock.ms += 60_000;
    server.answer = () => Promise.reject(new Error('the run is someone else’s'));
    await expect(ask()).rejects.toThrow('someone else');
    expect(await ask(answered(200))).toBe('200');
  });
});

it('shows how many hosts rest, and how many are tried', async () => {
  const { clock, breaker, fail } = aBreaker();
  const gauges = async () =>
    (await metricsText()).split('\n').filter((line) => line.startsWith('karrio_circuits{'));
  await fail(5);
  expect(await gauges()).toEqual(['karrio_circuits{state="open"} 1', 'karrio_circuits{state="half-open"} 0']);
  clock.ms += 60_000;
  expect(await gauges()).toContain('karrio_circuits{state="half-open"} 1');
  breaker[Symbol.dispose]();
  expect(await gauges()).toEqual([]);
});
