import { expect, it } from 'vitest';
import { parseStream, streamPrefixes, streams } from './stream.ts';

it('reads back the kind and id of every stream that it names', () => {
  expect(parseStream(streams.run('wevt_1'))).toEqual({ kind: 'run', id: 'wevt_1' });
  expect(parseStream(streams.plan('abc-def'))).toEqual({ kind: 'plan', id: 'abc-def' });
});

it.each(['$$run-1', 'other-1', 'run', 'toString-1'])('does not take %s for one of ours', (stream) => {
  expect(parseStream(stream)).toBeUndefined();
});

it('gives prefixes that end with the dash, so that no kind is the beginning of another', () => {
  expect(streamPrefixes('run', 'workflow')).toEqual(['run-', 'workflow-']);
});
