import { noMetadata, type StreamMetadata } from './stream-metadata.ts';

/** What is said about a stream as a whole; `tombstone` is the ordinal of the event that ended it. */
export type Condition = Readonly<{ metadata: StreamMetadata; tombstone: number | undefined }>;

export const noCondition: Condition = { metadata: noMetadata, tombstone: undefined };

/** Conditions by stream: the writer's, and what readers see of them since the last `publish`. */
export type Conditions = Readonly<{
  change: (stream: number, change: Partial<Condition>) => void;
  publish: () => void;
  written: (stream: number) => Condition | undefined;
  published: (stream: number) => Condition | undefined;
}>;

export const createConditions = (): Conditions => {
  const published = new Map<number, Condition>();
  const ahead = new Map<number, Condition>();

  const written = (stream: number) => ahead.get(stream) ?? published.get(stream);
  const change = (stream: number, changed: Partial<Condition>) => {
    ahead.set(stream, { ...(written(stream) ?? noCondition), ...changed });
  };
  const publish = () => {
    for (const [stream, condition] of ahead) published.set(stream, condition);
    ahead.clear();
  };

  return { change, publish, written, published: (stream) => published.get(stream) };
};
