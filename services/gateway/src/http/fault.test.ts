import { BusUnavailable, CommandTimeout, MessageTooLarge } from '@karrio/messaging';
import { PathError } from '@karrio/read-model';
import { describe, expect, it } from 'vitest';
import { PasswordsBusy } from '../auth/password.ts';
import { problemOfFault } from './fault.ts';

const withCode = (code: string) => Object.assign(new Error('no'), { code });

describe('a fault', () => {
  it.each([
    ['a command without a reply', new CommandTimeout('late'), 'outcome_unknown'],
    ['a message bus that is away', new BusUnavailable('away'), 'service_unavailable'],
    ['a command that NATS would not take', new MessageTooLarge('large'), 'body_too_large'],
    ['a database that refuses connections', withCode('ECONNREFUSED'), 'service_unavailable'],
    ['a database that is starting', withCode('57P03'), 'service_unavailable'],
    ['a database that does not answer', new Error('Query read timeout'), 'service_unavailable'],
    ['passwords that are too many at once', new PasswordsBusy(), 'service_unavailable'],
    ['a path that is none', new PathError('syntax error'), 'validation'],
    ['a NUL in an argument', withCode('22021'), 'validation'],
  ])('%s tells the caller what to do', (_, fault, code) => {
    expect(problemOfFault(fault)).toMatchObject({ code });
  });

  it('that nobody foresaw is not shown', () => {
    expect(problemOfFault(new Error('secret detail'))).toBeUndefined();
    expect(problemOfFault(withCode('42P01'))).toBeUndefined();
  });
});
