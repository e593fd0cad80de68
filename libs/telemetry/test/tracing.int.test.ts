import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startOtlpReceiver } from '@karrio/testing';

const register = resolve(import.meta.dirname, '../src/register.ts');
const fixture = resolve(import.meta.dirname, 'hop.fixture.ts');
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

type Line = Readonly<{
  msg: string;
  trace_id?: string;
  span_id?: string;
  traceparent?: string;
  reason?: string;
}>;

/** Runs to its end and gives its log. */
const hop = async (
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<readonly Line[]> => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', register, fixture, ...args], {
    env,
  });
  return stdout
    .trim()
    .split('\n')
    .map((line): Line => JSON.parse(line));
};

const inside = (lines: readonly Line[]) => lines.find(({ msg }) => msg === 'inside');

describe('a traced process', () => {
  it('sends its spans as one tree, under its service name, before it ends', async () => {
    await using receiver = await startOtlpReceiver();
    await hop(['first'], { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_SERVICE_NAME: 'gateway' });

    const root = receiver.span('first');
    expect(root).toMatchObject({ service: 'gateway', attributes: { 'karrio.run.id': 'run_1' } });
    expect(root.parentSpanId).toBeUndefined();
    expect(receiver.span('first inner')).toMatchObject({ traceId: root.traceId, parentSpanId: root.spanId });
  });

  it('continues the trace of another process through a traceparent', async () => {
    await using receiver = await startOtlpReceiver();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url };
    const handedOn = inside(await hop(['first'], env))?.traceparent ?? '';
    await hop(['second', handedOn], env);

    const sender = receiver.span('first inner');
    expect(handedOn).toBe(`00-${sender.traceId}-${sender.spanId}-01`);
    expect(receiver.span('second')).toMatchObject({ traceId: sender.traceId, parentSpanId: sender.spanId });
  });

  it('marks a failure with its kind and nothing that may quote a secret', async () => {
    await using receiver = await startOtlpReceiver();
    await hop(['first'], { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });

    const failed = receiver.span('first failing');
    expect(failed).toMatchObject({
      status: { code: 2 },
      attributes: { 'error.type': 'Refused' },
      events: [],
    });
    expect(JSON.stringify(failed)).not.toContain('hidden');
  });

  it('begins a new trace when the traceparent is malformed', async () => {
    await using receiver = await startOtlpReceiver();
    await hop(['first', 'not-a-traceparent'], { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });

    expect(receiver.span('first').parentSpanId).toBeUndefined();
  });

  it('writes the trace of a log line beside it, inside a span only', async () => {
    await using receiver = await startOtlpReceiver();
    const lines = await hop(['first'], { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });

    const { traceId, spanId } = receiver.span('first inner');
    expect(inside(lines)).toMatchObject({ trace_id: traceId, span_id: spanId });
    expect(lines.find(({ msg }) => msg === 'outside')).not.toHaveProperty('trace_id');
  });

  it('sends nothing of what the sampler drops, and tells the next process so', async () => {
    await using receiver = await startOtlpReceiver();
    const lines = await hop(['first'], {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_TRACES_SAMPLER: 'always_off',
    });

    expect(receiver.spans).toEqual([]);
    expect(inside(lines)?.traceparent).toMatch(/-00$/);
  });

  it('does its work and says what is wrong when nobody receives the spans', async () => {
    const closed = await startOtlpReceiver();
    await closed[Symbol.asyncDispose]();
    const lines = await hop(['first'], {
      OTEL_EXPORTER_OTLP_ENDPOINT: closed.url,
      OTEL_EXPORTER_OTLP_TIMEOUT: '200',
    });

    expect(lines.map(({ msg }) => msg)).toEqual(expect.arrayContaining(['outside', 'spans were lost']));
  });
});

describe('a process without OTEL_EXPORTER_OTLP_ENDPOINT', () => {
  it('works the same and has no trace to pass on', async () => {
    const lines = await hop(['first', traceparent], {});

    expect(lines.map(({ msg }) => msg)).toEqual(['inside', 'outside']);
    expect(inside(lines)).not.toHaveProperty('traceparent');
  });
});
