import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { sessionTokenPrefix } from './credentials.ts';

/** 256 random bits: what a browser keeps. Only its hash is stored. */
export const newSessionToken = (): string => sessionTokenPrefix + randomBytes(32).toString('base64url');

export const digestOf = (token: string): string => hash('sha256', token);

/**
 * What a page proves with that it is ours: made of the token, which other sites cannot read, so that nothing about
 * it is stored.
 */
export const csrfTokenOf = (token: string): string =>
  createHmac('sha256', token).update('karrio.csrf').digest('base64url');

export const isCsrfTokenOf = (token: string, sent: unknown): boolean => {
  if (typeof sent !== 'string') return false;
  const [expected, given] = [Buffer.from(csrfTokenOf(token)), Buffer.from(sent)];
  return expected.length === given.length && timingSafeEqual(expected, given);
};
