import { describe, expect, it } from 'vitest';
import type { WireRequest } from '@karrio/actions';
import { BadRedirect, redirected } from './redirect.ts';

const request: WireRequest = {
  url: new URL('https://a.example/x'),
  method: 'POST',
  headers: { authorization: 'Bearer s', 'x-api-key': 's', 'content-type': 'application/json', accept: '*/*' },
  body: '{}',
};
const to = (location: string, status = 307, from = request) =>
  redirected(from, { status, headers: { location } });

describe('a redirect', () => {
  it('on the same origin keeps everything', () => {
    expect(to('/y')).toEqual({ ...request, url: new URL('https://a.example/y') });
  });

  it.each(['https://b.example/y', 'http://a.example/y', 'https://a.example:444/y', '//b.example/y'])(
    'to another origin (%s) drops every credential',
    (location) => {
      expect(to(location)?.headers).toEqual({ 'content-type': 'application/json', accept: '*/*' });
    },
  );

  it('to another origin drops what holds a secret, whatever its name, and is refused with a body that does', () => {
    const lent: WireRequest = {
      ...request,
      headers: { 'x-plain': 's', 'x-other': '1' },
      confidential: { headers: ['x-plain'], body: false },
    };
    expect(to('https://b.example/y', 307, lent)?.headers).toEqual({ 'x-other': '1' });
    expect(to('/y', 307, lent)?.headers).toEqual({ 'x-plain': 's', 'x-other': '1' });
    const withBody = { ...lent, confidential: { headers: [], body: true } };
    expect(() => to('https://b.example/y', 307, withBody)).toThrow(BadRedirect);
    expect(to('https://b.example/y', 303, withBody)).toMatchObject({ method: 'GET', body: null });
    expect(to('/y', 307, withBody)).toMatchObject({ body: '{}' });
  });

  it.each([
    [301, 'POST'],
    [302, 'POST'],
    [303, 'POST'],
    [303, 'PUT'],
  ])('of status %i turns %s into a GET without a body', (status, method) => {
    const next = to('/y', status, { ...request, method });
    expect(next).toMatchObject({ method: 'GET', body: null });
    expect(next?.headers).not.toHaveProperty('content-type');
  });

  it.each([
    [307, 'POST'],
    [308, 'PUT'],
    [301, 'PUT'],
    [302, 'DELETE'],
  ])('of status %i repeats a %s as it was', (status, method) => {
    expect(to('/y', status, { ...request, method })).toMatchObject({
      method,
      body: '{}',
      headers: request.headers,
    });
  });

  it.each(['file:///etc/passwd', 'ftp://a.example/', 'javascript:1', 'gopher://a.example:25/', 'https://'])(
    'to %s is refused',
    (location) => {
      expect(() => to(location)).toThrow(BadRedirect);
    },
  );

  it('is none without a Location or with another status', () => {
    expect(to('/y', 304)).toBeUndefined();
    expect(redirected(request, { status: 302, headers: {} })).toBeUndefined();
  });
});
