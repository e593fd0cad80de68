import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type Sampler,
} from '@opentelemetry/sdk-trace';

type SamplerEnv = Readonly<{ OTEL_TRACES_SAMPLER?: string; OTEL_TRACES_SAMPLER_ARG?: string }>;

/** OpenTelemetry's sampler variables. @throws Error that names the variable and what it may be. */
export const samplerOf = (env: SamplerEnv): Sampler => {
  const name = env.OTEL_TRACES_SAMPLER || 'parentbased_always_on';
  switch (name) {
    case 'always_on':
      return new AlwaysOnSampler();
    case 'always_off':
      return new AlwaysOffSampler();
    case 'traceidratio':
      return new TraceIdRatioBasedSampler(ratioOf(env));
    case 'parentbased_always_on':
      return new ParentBasedSampler({ root: new AlwaysOnSampler() });
    case 'parentbased_always_off':
      return new ParentBasedSampler({ root: new AlwaysOffSampler() });
    case 'parentbased_traceidratio':
      return new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratioOf(env)) });
    default:
      throw new Error(
        `OTEL_TRACES_SAMPLER is "${name}": use always_on, always_off, traceidratio, or one of these with parentbased_ before it.`,
      );
  }
};

const ratioOf = ({ OTEL_TRACES_SAMPLER_ARG: text }: SamplerEnv): number => {
  const ratio = Number(text || '1');
  if (ratio >= 0 && ratio <= 1) return ratio;
  throw new Error(
    `OTEL_TRACES_SAMPLER_ARG is "${text}": use a number from 0 to 1, the share of traces to keep.`,
  );
};
