import { describe, expect, it } from 'vitest';
import { samplerOf } from './sampler.ts';

describe('samplerOf', () => {
  it('follows the parent and keeps every root when nothing is set', () => {
    expect(samplerOf({}).toString()).toContain('ParentBased{root=AlwaysOnSampler');
  });

  it.each([
    ['always_on', 'AlwaysOnSampler'],
    ['always_off', 'AlwaysOffSampler'],
    ['traceidratio', 'TraceIdRatioBased{0.25}'],
    ['parentbased_always_on', 'ParentBased{root=AlwaysOnSampler'],
    ['parentbased_always_off', 'ParentBased{root=AlwaysOffSampler'],
    ['parentbased_traceidratio', 'ParentBased{root=TraceIdRatioBased{0.25}'],
  ])('knows %s', (name, expected) => {
    expect(samplerOf({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: '0.25' }).toString()).toContain(
      expected,
    );
  });

  it('says what the sampler may be when the name is unknown', () => {
    expect(() => samplerOf({ OTEL_TRACES_SAMPLER: 'half' })).toThrow(
      /OTEL_TRACES_SAMPLER is "half": use always_on/,
    );
  });

  it.each(['2', '-1', 'some'])('refuses %s as a share of traces', (share) => {
    expect(() => samplerOf({ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: share })).toThrow(
      /OTEL_TRACES_SAMPLER_ARG.*use a number from 0 to 1/,
    );
  });
});
